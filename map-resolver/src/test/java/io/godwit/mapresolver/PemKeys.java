package io.godwit.mapresolver;

import io.godwit.packet.referral.ReferralKey;
import io.godwit.packet.referral.ReferralSigner;
import io.godwit.testing.PemFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;

/** An RSA key pair of a DDT node, and its files. */
record PemKeys(Path privateKey, Path publicKey, ReferralSigner signer) {
    static PemKeys generate(Path folder, String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            return new PemKeys(
                    PemFiles.write(folder.resolve(name + ".key"), pair.getPrivate()),
                    PemFiles.write(folder.resolve(name + ".pem"), pair.getPublic()),
                    new ReferralSigner((RSAPrivateCrtKey) pair.getPrivate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ReferralKey verifier() {
        return signer.verifier();
    }
}
