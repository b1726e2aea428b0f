package io.godwit.mapping.ticket;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Somebody's permission for one move of one EID. As text it is the payload and its Ed25519 signature (RFC 8032), each in base64url, with a
 * dot between them. The payload is six lines of ASCII:
 *
 * <pre>
 * godwit-move-1
 * 10.1.0.10/32            EID, with its instance: [7]10.1.0.10/32
 * 192.0.2.1               RLOCs of the site that has it, with commas between them
 * 192.0.2.2               RLOCs of the site that gets it
 * 17                      epoch: greater at each move of this EID
 * 2026-12-31T23:59:59Z    not after
 * </pre>
 */
public record MoveTicket(EidPrefix eid, List<IpAddress> from, List<IpAddress> to, long epoch, Instant notAfter) {
    private static final String FORM = "godwit-move-1";
    private static final int LINES = 6;
    private static final int LONGEST = 4_096;

    public MoveTicket {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /**
     * Whether it permits this move.
     *
     * @param has RLOCs of the site that has the EID
     * @param gets tells the RLOCs of the site that gets it
     */
    public boolean permits(EidPrefix moved, Collection<IpAddress> has, Predicate<IpAddress> gets) {
        return eid.equals(moved) && from.containsAll(has) && to.stream().anyMatch(gets);
    }

    public boolean hasEnded(long epochMillis) {
        return notAfter.isBefore(Instant.ofEpochMilli(epochMillis));
    }

    /** Of which move it is. */
    public String move() {
        return "of " + eid + " from " + from + " to " + to;
    }

    /** Empty when it is no ticket, or none of {@code keys} signed it. */
    public static Optional<MoveTicket> verify(String text, List<PublicKey> keys) {
        int dot = text.indexOf('.');
        if (dot < 0 || text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            byte[] payload = Base64.getUrlDecoder().decode(text.substring(0, dot));
            byte[] signature = Base64.getUrlDecoder().decode(text.substring(dot + 1));
            boolean signed = false;
            for (PublicKey key : keys) {
                signed |= isSigned(payload, signature, key);
            }
            return signed ? Optional.of(parse(new String(payload, StandardCharsets.US_ASCII))) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static boolean isSigned(byte[] payload, byte[] signature, PublicKey key) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(payload);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static MoveTicket parse(String payload) {
        List<String> lines = payload.lines().toList();
        if (lines.size() != LINES || !lines.getFirst().equals(FORM)) {
            throw new IllegalArgumentException("not a ticket of form " + FORM);
        }
        return new MoveTicket(
                EidPrefix.parse(lines.get(1)),
                addresses(lines.get(2)),
                addresses(lines.get(3)),
                Long.parseLong(lines.get(4)),
                Instant.parse(lines.get(5)));
    }

    private static List<IpAddress> addresses(String line) {
        return Arrays.stream(line.split(",", -1)).map(IpAddress::parse).toList();
    }
}
