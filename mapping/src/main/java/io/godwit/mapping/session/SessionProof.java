package io.godwit.mapping.session;

import io.godwit.mapping.session.SessionMessage.Alive;
import io.godwit.mapping.session.SessionMessage.Hello;
import io.godwit.mapping.session.SessionMessage.Welcome;
import io.godwit.packet.auth.AuthenticationKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The MACs of one refresh session: HMAC-SHA-256 with a key made of the site's key and both ends' nonces, so that nothing said in one session
 * is worth anything in another. Each kind of message and each direction has a name of its own in it.
 */
public final class SessionProof {
    private static final String ALGORITHM = "HmacSHA256";

    /** Who says it. */
    public enum Side {
        XTR,
        MAP_SERVER
    }

    private final Mac mac;

    /**
     * @param challenge the map-server's nonce
     * @param nonce the xTR's
     */
    public SessionProof(AuthenticationKey key, byte[] challenge, byte[] nonce) {
        Mac once = keyed(key.secret());
        once.update("godwit refresh session 1".getBytes(StandardCharsets.US_ASCII));
        once.update(challenge);
        mac = keyed(once.doFinal(nonce));
    }

    private static Mac keyed(byte[] secret) {
        try {
            Mac made = Mac.getInstance(ALGORITHM);
            made.init(new SecretKeySpec(secret, ALGORITHM));
            return made;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    private byte[] sign(String what, byte[] content) {
        mac.update(what.getBytes(StandardCharsets.US_ASCII));
        return mac.doFinal(content);
    }

    /** With its MAC. */
    public Hello signed(Hello hello) {
        byte[] proof = sign("hello", hello.signed());
        return new Hello(
                hello.keyId(),
                hello.algorithm(),
                hello.xtrIdHigh(),
                hello.xtrIdLow(),
                hello.siteId(),
                hello.nonce(),
                proof);
    }

    public boolean isGenuine(Hello hello) {
        return MessageDigest.isEqual(sign("hello", hello.signed()), hello.mac());
    }

    public Welcome welcome() {
        return new Welcome(sign("welcome", new byte[0]));
    }

    public boolean isGenuine(Welcome welcome) {
        return MessageDigest.isEqual(welcome().mac(), welcome.mac());
    }

    public Alive alive(Side by, long sequence) {
        byte[] content = ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
        return new Alive(sequence, sign("alive " + by, content));
    }

    public boolean isGenuine(Alive alive, Side by) {
        return MessageDigest.isEqual(alive(by, alive.sequence()).mac(), alive.mac());
    }
}
