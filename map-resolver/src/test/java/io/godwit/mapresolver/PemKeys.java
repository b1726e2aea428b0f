package io.godwit.mapresolver;

import io.godwit.packet.referral.ReferralKey;
import io.godwit.packet.referral.ReferralSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Base64;

/** An RSA key pair of a DDT node, and its files. */
record PemKeys(Path privateKey, Path publicKey, ReferralSigner signer) {
    static PemKeys generate(Path folder, String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            Path secret = write(folder, name + ".key", "PRIVATE KEY", pair.getPrivate());
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
            Path shown = write(folder, name + ".pem", "PUBLIC KEY", pair.getPublic());
            return new PemKeys(secret, shown, new ReferralSigner((RSAPrivateCrtKey) pair.getPrivate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path folder, String name, String kind, Key key) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        String pem = "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
        return Files.writeString(folder.resolve(name), pem);
    }

    ReferralKey verifier() {
        return signer.verifier();
    }
}
