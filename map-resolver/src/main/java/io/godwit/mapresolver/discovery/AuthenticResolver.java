package io.godwit.mapresolver.discovery;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.TSIG;

/**
 * Takes only answers of which the DNS server says, by the AD bit, that it has validated them (RFC 4035 section 3.2.3). The way to that server
 * must be one that can be trusted: it is best on the same machine.
 */
final class AuthenticResolver implements Resolver {
    private final Resolver validating;

    AuthenticResolver(Resolver validating) {
        this.validating = validating;
        // Only who asks for signatures is told whether they are good.
        validating.setEDNS(0, 0, ExtendedFlags.DO, List.of());
    }

    private static CompletionStage<Message> checked(Message answer) {
        return answer.getHeader().getFlag(Flags.AD)
                ? CompletableFuture.completedFuture(answer)
                : CompletableFuture.failedFuture(
                        new IOException("the DNS server does not say that it has validated " + answer.getQuestion()));
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) {
        return validating.sendAsync(query).thenCompose(AuthenticResolver::checked);
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
        return validating.sendAsync(query, executor).thenCompose(AuthenticResolver::checked);
    }

    @Override
    public void setPort(int port) {
        validating.setPort(port);
    }

    @Override
    public void setTCP(boolean flag) {
        validating.setTCP(flag);
    }

    @Override
    public void setIgnoreTruncation(boolean flag) {
        validating.setIgnoreTruncation(flag);
    }

    @Override
    public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {
        validating.setEDNS(version, payloadSize, flags | ExtendedFlags.DO, options);
    }

    @Override
    public void setTSIGKey(TSIG key) {
        validating.setTSIGKey(key);
    }

    @Override
    public void setTimeout(Duration timeout) {
        validating.setTimeout(timeout);
    }
}
