package io.godwit.hypervisor.xtr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.memory.VirtualTimers;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class XtrClientTest {
    @TempDir
    Path folder;

    private final ControlThread agent = new ControlThread("agent");
    private final VirtualTimers timers = new VirtualTimers();

    private <T> T onAgent(Callable<T> task) throws Exception {
        return agent.loop().submit(task).get();
    }

    /** A question to somebody who takes connections and says nothing. */
    private CompletableFuture<JsonNode> unanswered(XtrClient client) throws Exception {
        while (true) {
            CompletableFuture<JsonNode> answer = onAgent(() -> client.get("/v1/status"));
            if (!answer.isDone()) {
                return answer;
            }
            TimeUnit.MILLISECONDS.sleep(1);
            advance(Duration.ofMillis(100));
        }
    }

    private void advance(Duration duration) throws Exception {
        onAgent(() -> {
            timers.advance(duration);
            return duration;
        });
    }

    @Test
    void shouldGiveUpAnXtrThatAnswersNothingAndConnectAgain() throws Exception {
        Path socket = folder.resolve("xtr.sock");
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                XtrClient client = new XtrClient(agent.loop(), timers, socket)) {
            silent.bind(UnixDomainSocketAddress.of(socket), 8);
            onAgent(() -> {
                client.start(() -> {});
                return client;
            });
            CompletableFuture<JsonNode> first = unanswered(client);
            advance(Duration.ofSeconds(9));
            assertThat(first).isNotDone();

            advance(Duration.ofSeconds(3));

            assertThatThrownBy(() -> first.get(60, TimeUnit.SECONDS)).hasMessageContaining("is gone");
            assertThat(unanswered(client)).isNotDone();
        } finally {
            agent.close();
        }
    }
}
