package io.godwit.packet.crypto;

import io.godwit.packet.data.LispHeader;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * Encrypts or decrypts packets of one key and one direction (RFC 8061 sections 8 and 9). An encrypted UDP payload of port 4341:
 *
 * <pre>
 * |N|L|E|V|I|P|K K|            LISP header (64)                   |
 * |              IV (64, 96 or 128), in clear                     |
 * |     inner packet, encrypted ...                               |
 * |                          ICV (128)                            |
 * </pre>
 *
 * IVs count up from 1 (CBC: random). Not thread-safe, and allocates: this is the format, not the fast path.
 */
public final class PacketCipher {
    private static final int KEY_ID_MASK = 3;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PacketAlgorithm algorithm;
    private final KeyMaterial key;
    private final int keyId;
    private long lastIv;

    /** {@code keyId}: 1 to 3, the KK bits. */
    public PacketCipher(CipherSuite suite, KeyMaterial key, int keyId) {
        if (keyId < 1 || keyId > KEY_ID_MASK) {
            throw new IllegalArgumentException("a key-id of the data plane is 1, 2 or 3, not " + keyId);
        }
        this.algorithm = suite.algorithm();
        this.key = key;
        this.keyId = keyId;
    }

    /** The packet that {@code packet}, a LISP header with what it encapsulates, becomes. KK is set here. */
    public byte[] seal(byte[] packet) {
        return seal(packet, nextIv());
    }

    byte[] seal(byte[] packet, byte[] iv) {
        byte[] header = Arrays.copyOf(packet, LispHeader.LENGTH);
        header[0] = (byte) ((header[0] & ~KEY_ID_MASK) | keyId);
        try {
            byte[] sealed =
                    algorithm.seal(key, iv, header, Arrays.copyOfRange(packet, LispHeader.LENGTH, packet.length));
            return ByteBuffer.allocate(header.length + iv.length + sealed.length)
                    .put(header)
                    .put(iv)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }

    /** LISP header with KK = 0 and the inner packet; nothing when KK is another key's or the packet is not authentic. */
    public Optional<byte[]> open(byte[] packet) {
        int sealed = LispHeader.LENGTH + algorithm.ivLength();
        if (packet.length < sealed + PacketAlgorithm.ICV_LENGTH || (packet[0] & KEY_ID_MASK) != keyId) {
            return Optional.empty();
        }
        byte[] header = Arrays.copyOf(packet, LispHeader.LENGTH);
        byte[] iv = Arrays.copyOfRange(packet, LispHeader.LENGTH, sealed);
        try {
            byte[] plain = algorithm.open(key, iv, header, Arrays.copyOfRange(packet, sealed, packet.length));
            header[0] &= ~KEY_ID_MASK;
            return Optional.of(ByteBuffer.allocate(header.length + plain.length)
                    .put(header)
                    .put(plain)
                    .array());
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private byte[] nextIv() {
        byte[] iv = new byte[algorithm.ivLength()];
        if (algorithm == PacketAlgorithm.AES_128_CBC_HMAC_SHA_256) {
            RANDOM.nextBytes(iv);
        } else if (++lastIv == 0) {
            throw new IllegalStateException("all IVs of this key are used: agree on a new key");
        } else {
            ByteBuffer.wrap(iv).putLong(iv.length - Long.BYTES, lastIv);
        }
        return iv;
    }
}
