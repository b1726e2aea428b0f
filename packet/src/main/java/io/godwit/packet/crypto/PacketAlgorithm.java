package io.godwit.packet.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** How packets are encrypted and authenticated. Associated data: the LISP header as sent, then the IV. The ICV has 16 octets. */
enum PacketAlgorithm {
    /** The first 128 bits of key material encrypt; the others authenticate header, IV and ciphertext, which RFC 8061 leaves open. */
    AES_128_CBC_HMAC_SHA_256(16) {
        @Override
        byte[] seal(KeyMaterial key, byte[] iv, byte[] header, byte[] plain) throws GeneralSecurityException {
            byte[] encrypted = cbc(Cipher.ENCRYPT_MODE, key, iv, plain);
            return concatenated(encrypted, icv(key, header, iv, encrypted));
        }

        @Override
        byte[] open(KeyMaterial key, byte[] iv, byte[] header, byte[] sealed) throws GeneralSecurityException {
            byte[] encrypted = Arrays.copyOf(sealed, sealed.length - ICV_LENGTH);
            byte[] received = Arrays.copyOfRange(sealed, encrypted.length, sealed.length);
            if (!MessageDigest.isEqual(received, icv(key, header, iv, encrypted))) {
                throw new GeneralSecurityException("wrong ICV");
            }
            return cbc(Cipher.DECRYPT_MODE, key, iv, encrypted);
        }
    },
    /** RFC 5116 section 5.1; the IV is the nonce. */
    AES_128_GCM(12) {
        @Override
        byte[] seal(KeyMaterial key, byte[] iv, byte[] header, byte[] plain) throws GeneralSecurityException {
            return gcm(Cipher.ENCRYPT_MODE, key, iv, header, plain);
        }

        @Override
        byte[] open(KeyMaterial key, byte[] iv, byte[] header, byte[] sealed) throws GeneralSecurityException {
            return gcm(Cipher.DECRYPT_MODE, key, iv, header, sealed);
        }
    },
    /** RFC 8439 section 2.8; the nonce is a 32-bit 1, which is not sent, and the IV: a reading of what RFC 8061 says of both. */
    CHACHA20_POLY1305(8) {
        @Override
        byte[] seal(KeyMaterial key, byte[] iv, byte[] header, byte[] plain) throws GeneralSecurityException {
            return chaCha(Cipher.ENCRYPT_MODE, key, iv, header, plain);
        }

        @Override
        byte[] open(KeyMaterial key, byte[] iv, byte[] header, byte[] sealed) throws GeneralSecurityException {
            return chaCha(Cipher.DECRYPT_MODE, key, iv, header, sealed);
        }
    };

    static final int ICV_LENGTH = 16;

    private static final int AES_KEY_LENGTH = 16;
    private static final String HMAC = "HmacSHA256";

    private final int ivLength;

    PacketAlgorithm(int ivLength) {
        this.ivLength = ivLength;
    }

    /** Octets, in clear after the LISP header. */
    int ivLength() {
        return ivLength;
    }

    /** Ciphertext and ICV. */
    abstract byte[] seal(KeyMaterial key, byte[] iv, byte[] header, byte[] plain) throws GeneralSecurityException;

    /** The plaintext; throws when it is not authentic. {@code sealed} has at least {@link #ICV_LENGTH} octets. */
    abstract byte[] open(KeyMaterial key, byte[] iv, byte[] header, byte[] sealed) throws GeneralSecurityException;

    private static byte[] gcm(int mode, KeyMaterial key, byte[] iv, byte[] header, byte[] text)
            throws GeneralSecurityException {
        SecretKeySpec aes = new SecretKeySpec(key.octets(0, AES_KEY_LENGTH), "AES");
        return aead("AES/GCM/NoPadding", mode, aes, new GCMParameterSpec(ICV_LENGTH * Byte.SIZE, iv), iv, header, text);
    }

    private static byte[] chaCha(int mode, KeyMaterial key, byte[] iv, byte[] header, byte[] text)
            throws GeneralSecurityException {
        SecretKeySpec chaCha = new SecretKeySpec(key.octets(0, KeyMaterial.LENGTH), "ChaCha20");
        byte[] nonce = ByteBuffer.allocate(4 + iv.length).putInt(1).put(iv).array();
        return aead("ChaCha20-Poly1305", mode, chaCha, new IvParameterSpec(nonce), iv, header, text);
    }

    private static byte[] aead(
            String name,
            int mode,
            SecretKeySpec key,
            AlgorithmParameterSpec nonce,
            byte[] iv,
            byte[] header,
            byte[] text)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(name);
        cipher.init(mode, key, nonce);
        cipher.updateAAD(header);
        cipher.updateAAD(iv);
        return cipher.doFinal(text);
    }

    private static byte[] cbc(int mode, KeyMaterial key, byte[] iv, byte[] text) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(key.octets(0, AES_KEY_LENGTH), "AES"), new IvParameterSpec(iv));
        return cipher.doFinal(text);
    }

    private static byte[] icv(KeyMaterial key, byte[] header, byte[] iv, byte[] encrypted)
            throws GeneralSecurityException {
        Mac mac = Mac.getInstance(HMAC);
        mac.init(new SecretKeySpec(key.octets(AES_KEY_LENGTH, KeyMaterial.LENGTH), HMAC));
        mac.update(header);
        mac.update(iv);
        return Arrays.copyOf(mac.doFinal(encrypted), ICV_LENGTH);
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
