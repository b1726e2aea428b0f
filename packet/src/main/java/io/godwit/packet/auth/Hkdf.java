package io.godwit.packet.auth;

import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF with SHA-256 (RFC 5869) through JCA. Keeps its engine: not thread-safe. */
public final class Hkdf {
    private final KDF kdf;

    public Hkdf() {
        try {
            kdf = KDF.getInstance("HKDF-SHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HKDF-SHA256", e);
        }
    }

    /**
     * Extract, then expand.
     *
     * @param salt empty for none
     * @param length octets wanted, at most 255 x 32
     */
    public byte[] derive(byte[] salt, byte[] input, byte[] info, int length) {
        HKDFParameterSpec.Builder extract = HKDFParameterSpec.ofExtract().addIKM(input);
        if (salt.length > 0) {
            extract.addSalt(salt);
        }
        try {
            return kdf.deriveData(extract.thenExpand(info, length));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("HKDF-SHA256 cannot give " + length + " octets", e);
        }
    }
}
