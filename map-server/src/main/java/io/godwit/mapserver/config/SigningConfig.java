package io.godwit.mapserver.config;

import io.godwit.daemon.config.Checked;
import io.godwit.daemon.config.ReferralKeyFiles;
import io.godwit.daemon.config.SecretFiles;
import io.godwit.packet.referral.ReferralSigner;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a DDT node signs what it refers to (RFC 8111 section 10).
 *
 * @param key file with its RSA private key (PEM, PKCS #8)
 * @param validity of a signature; one is made anew when half of it is over
 */
public record SigningConfig(Path key, Duration validity) implements Checked {
    private static final Duration SHORTEST = Duration.ofMinutes(10);
    private static final Duration LONGEST = Duration.ofDays(366);

    @Override
    public void check(Problems problems) {
        try {
            ReferralKeyFiles.readPrivate(key);
        } catch (IllegalArgumentException e) {
            problems.add("/key", String.valueOf(e.getMessage()));
        }
        if (validity.compareTo(SHORTEST) < 0 || validity.compareTo(LONGEST) > 0) {
            problems.add("/validity", "a signature is valid for 10m to 366d");
        }
    }

    /** Reads the key. Throws {@link IllegalArgumentException} with a sentence that names the file. */
    public ReferralSigner read() {
        ReferralSigner signer = ReferralKeyFiles.readPrivate(key);
        SecretFiles.warnIfOthersMayRead(key);
        return signer;
    }
}
