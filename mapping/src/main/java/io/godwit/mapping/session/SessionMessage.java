package io.godwit.mapping.session;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A message of a refresh session: a type, then numbers big-endian and octets in the order of the components.
 *
 * <p>The map-server begins with a {@link Challenge}, the xTR answers with a {@link Hello}, the map-server with a {@link Welcome}; from then
 * on each {@link Alive} of the xTR is answered with one.
 */
public sealed interface SessionMessage {
    /** Octets of nonces and of MACs (HMAC-SHA-256). */
    int MAC_OCTETS = 32;

    int VERSION = 1;

    byte[] encode();

    /** @param nonce fresh for each connection */
    record Challenge(byte[] nonce) implements SessionMessage {
        private static final int TYPE = 1;

        @Override
        public byte[] encode() {
            return buffer(TYPE, 1 + MAC_OCTETS).put((byte) VERSION).put(nonce).array();
        }
    }

    /**
     * @param keyId of the site's key
     * @param algorithm of the site's key, as in Map-Registers
     * @param nonce of the xTR, fresh for each connection
     */
    record Hello(int keyId, int algorithm, long xtrIdHigh, long xtrIdLow, long siteId, byte[] nonce, byte[] mac)
            implements SessionMessage {
        private static final int TYPE = 2;
        private static final int SIGNED_OCTETS = 2 + 3 * Long.BYTES + MAC_OCTETS;

        /** Without the MAC. */
        byte[] signed() {
            return ByteBuffer.allocate(SIGNED_OCTETS)
                    .put((byte) keyId)
                    .put((byte) algorithm)
                    .putLong(xtrIdHigh)
                    .putLong(xtrIdLow)
                    .putLong(siteId)
                    .put(nonce)
                    .array();
        }

        @Override
        public byte[] encode() {
            return buffer(TYPE, SIGNED_OCTETS + MAC_OCTETS)
                    .put(signed())
                    .put(mac)
                    .array();
        }
    }

    /** The map-server knows the key too. */
    record Welcome(byte[] mac) implements SessionMessage {
        private static final int TYPE = 3;

        @Override
        public byte[] encode() {
            return buffer(TYPE, MAC_OCTETS).put(mac).array();
        }
    }

    /** @param sequence counts from 1; the answer has the same */
    record Alive(long sequence, byte[] mac) implements SessionMessage {
        private static final int TYPE = 4;

        @Override
        public byte[] encode() {
            return buffer(TYPE, Long.BYTES + MAC_OCTETS)
                    .putLong(sequence)
                    .put(mac)
                    .array();
        }
    }

    private static ByteBuffer buffer(int type, int octets) {
        return ByteBuffer.allocate(1 + octets).put((byte) type);
    }

    /** Empty when it is none of these, or of another version. */
    static Optional<SessionMessage> decode(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        int type = in.hasRemaining() ? in.get() : 0;
        int octets = in.remaining();
        return Optional.ofNullable(
                switch (type) {
                    case Challenge.TYPE ->
                        octets == 1 + MAC_OCTETS && in.get() == VERSION ? new Challenge(octets(in)) : null;
                    case Hello.TYPE -> octets == Hello.SIGNED_OCTETS + MAC_OCTETS ? hello(in) : null;
                    case Welcome.TYPE -> octets == MAC_OCTETS ? new Welcome(octets(in)) : null;
                    case Alive.TYPE -> octets == Long.BYTES + MAC_OCTETS ? new Alive(in.getLong(), octets(in)) : null;
                    default -> null;
                });
    }

    private static Hello hello(ByteBuffer in) {
        return new Hello(
                in.get() & 0xff, in.get() & 0xff, in.getLong(), in.getLong(), in.getLong(), octets(in), octets(in));
    }

    private static byte[] octets(ByteBuffer in) {
        byte[] octets = new byte[MAC_OCTETS];
        in.get(octets);
        return octets;
    }
}
