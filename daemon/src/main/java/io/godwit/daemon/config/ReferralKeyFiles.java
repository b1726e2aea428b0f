package io.godwit.daemon.config;

import io.godwit.packet.referral.ReferralKey;
import io.godwit.packet.referral.ReferralSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RSA keys of DDT nodes in PEM files. All methods throw {@link IllegalArgumentException} with a sentence that names the file, and says
 * nothing of what is in it.
 */
public final class ReferralKeyFiles {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final String PUBLIC = "PUBLIC KEY";
    private static final String PRIVATE = "PRIVATE KEY";

    private ReferralKeyFiles() {}

    /** Public keys, as {@code openssl pkey -pubout} writes them. */
    public static List<ReferralKey> readPublic(List<Path> files) {
        return files.stream().map(ReferralKeyFiles::readPublic).toList();
    }

    private static ReferralKey readPublic(Path file) {
        return read(file, PUBLIC, (factory, der) -> {
            RSAPublicKey key = (RSAPublicKey) factory.generatePublic(new X509EncodedKeySpec(der));
            return ReferralKey.of(key);
        });
    }

    /** A private key, as {@code openssl genpkey -algorithm RSA} writes it: PKCS #8 without a passphrase. */
    public static ReferralSigner readPrivate(Path file) {
        return read(file, PRIVATE, (factory, der) -> {
            Key key = factory.generatePrivate(new PKCS8EncodedKeySpec(der));
            if (key instanceof RSAPrivateCrtKey complete) {
                return new ReferralSigner(complete);
            }
            throw new IllegalArgumentException("an RSA key without its public exponent");
        });
    }

    /** For {@link Checked}: reports each file that cannot be read at its place in the list at {@code path}. */
    public static void check(List<Path> files, String path, Checked.Problems problems) {
        for (int i = 0; i < files.size(); i++) {
            try {
                readPublic(files.get(i));
            } catch (IllegalArgumentException e) {
                problems.add(path + "/" + i, String.valueOf(e.getMessage()));
            }
        }
    }

    private interface Parser<K> {
        K parse(KeyFactory factory, byte[] der) throws GeneralSecurityException;
    }

    private static <K> K read(Path file, String kind, Parser<K> parser) {
        byte[] der = der(file, kind);
        try {
            return parser.parse(KeyFactory.getInstance("RSA"), der);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("key file " + file + " holds no RSA key", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("key file " + file + " holds " + e.getMessage(), e);
        }
    }

    private static byte[] der(Path file, String kind) {
        Matcher pem = PEM.matcher(text(file));
        if (!pem.find()) {
            throw new IllegalArgumentException("key file " + file + " is not PEM");
        }
        if (!kind.equals(pem.group(1))) {
            throw new IllegalArgumentException(
                    "key file " + file + " holds a '" + pem.group(1) + "', where a '" + kind + "' is needed");
        }
        return Base64.getMimeDecoder().decode(pem.group(2));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalArgumentException("key file " + file + ": " + FileSentences.reason(e), e);
        }
    }
}
