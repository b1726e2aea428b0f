package io.godwit.daemon.config;

import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pre-shared key, whose secret stands alone in a file (a trailing newline is dropped).
 *
 * @param id key-id, 0..255
 * @param algorithm {@code hmac-sha-256-128} (default), {@code hmac-sha-256-128-hkdf} or {@code hmac-sha-1-96}
 * @param file relative to the configuration file
 * @param fullLengthMac send all octets of the MAC, as other implementations do; received are both lengths
 */
public record KeyConfig(int id, String algorithm, Path file, boolean fullLengthMac) implements Checked {
    private static final Set<AuthenticationAlgorithm> USABLE =
            EnumSet.complementOf(EnumSet.of(AuthenticationAlgorithm.NONE));

    public KeyConfig(int id, @Nullable String algorithm, Path file, boolean fullLengthMac) {
        this.id = id;
        this.algorithm = algorithm == null ? AuthenticationAlgorithm.HMAC_SHA_256_128.text() : algorithm;
        this.file = file;
        this.fullLengthMac = fullLengthMac;
    }

    public KeyConfig(int id, @Nullable String algorithm, Path file) {
        this(id, algorithm, file, false);
    }

    /** Whether it may be used where anybody can send: HMAC-SHA-1 may not (RFC 9301 section 1.1). */
    public boolean isForPublicInternet() {
        return !algorithm.equals(AuthenticationAlgorithm.HMAC_SHA_1_96.text());
    }

    /** That the file can be read; so that {@code --check} finds what the start would. */
    @Override
    public void check(Problems problems) {
        try {
            key();
        } catch (IllegalArgumentException e) {
            problems.add("/file", String.valueOf(e.getMessage()));
        }
    }

    /** Reads the secret. Throws {@link IllegalArgumentException} with a sentence naming the file. */
    public AuthenticationKey read() {
        AuthenticationKey key = key();
        SecretFiles.warnIfOthersMayRead(file);
        return key;
    }

    private AuthenticationKey key() {
        byte[] secret;
        try {
            secret = withoutNewline(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("key file " + file + ": " + FileSentences.reason(e), e);
        }
        if (secret.length == 0) {
            throw new IllegalArgumentException("key file " + file + " is empty: it must hold the secret");
        }
        return new AuthenticationKey(id, authenticationAlgorithm(), secret, fullLengthMac);
    }

    private AuthenticationAlgorithm authenticationAlgorithm() {
        return USABLE.stream()
                .filter(known -> known.text().equals(algorithm))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("algorithm '" + algorithm
                        + "' is none of hmac-sha-256-128, hmac-sha-256-128-hkdf and hmac-sha-1-96"));
    }

    private static byte[] withoutNewline(byte[] text) {
        int length = text.length;
        if (length > 0 && text[length - 1] == '\n') {
            length -= length > 1 && text[length - 2] == '\r' ? 2 : 1;
        }
        return Arrays.copyOf(text, length);
    }
}
