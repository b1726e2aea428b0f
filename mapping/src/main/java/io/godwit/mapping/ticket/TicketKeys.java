package io.godwit.mapping.ticket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Public keys of those who sign move tickets, as {@code openssl pkey -pubout} writes them. */
public final class TicketKeys {
    private TicketKeys() {}

    /** Throws {@link IllegalArgumentException} with a sentence that names the file. */
    public static List<PublicKey> read(List<Path> files) {
        return files.stream().map(TicketKeys::read).toList();
    }

    /** Throws {@link IllegalArgumentException} with a sentence that names the file. */
    public static PublicKey read(Path file) {
        try {
            String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("the ticket key " + file + " does not exist", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the ticket key " + file + " cannot be read: " + e.getMessage(), e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " is not an Ed25519 public key in PEM: " + e.getMessage(), e);
        }
    }
}
