package io.godwit.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.PrivateKey;
import java.util.Base64;

/** Keys as {@code openssl} writes them. */
public final class PemFiles {
    private PemFiles() {}

    /** A private key (PKCS #8) that nobody else may read, or a public one. */
    public static Path write(Path file, Key key) throws IOException {
        boolean secret = key instanceof PrivateKey;
        String kind = secret ? "PRIVATE KEY" : "PUBLIC KEY";
        String base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
        return secret ? Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------")) : file;
    }
}
