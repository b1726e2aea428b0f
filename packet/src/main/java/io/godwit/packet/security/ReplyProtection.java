package io.godwit.packet.security;

import io.godwit.packet.address.Octets;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidAuthentication;
import io.godwit.packet.control.EidAuthentication.MaskedEid;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapReplyAuthentication;
import io.godwit.packet.control.SecurityOffsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/** Makes and checks the HMACs of EID-AD and PKT-AD (RFC 9303 sections 6.7.1, 6.8 and 6.9). Stateless. */
public final class ReplyProtection {
    /** HKDF-SHA256 (RFC 9303 section 8.5), the only one that is implemented. */
    public static final int KDF_HKDF_SHA_256 = 2;

    private ReplyProtection() {}

    /**
     * The map-server's EID-AD: which prefixes an answer may claim, keyed by the ITR's key. The HMAC covers the EID-AD from its length on,
     * the HMAC's own octets being zero.
     *
     * @param etrCantSign E: another ETR of the site has no LISP-SEC
     */
    public static EidAuthentication authorize(
            List<MaskedEid> prefixes, boolean etrCantSign, SecurityHmac hmac, OneTimeKey itrKey) {
        EidAuthentication zeroed = new EidAuthentication(
                KDF_HKDF_SHA_256, etrCantSign, hmac.id(), prefixes, Octets.copyOf(new byte[hmac.length()]));
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        byte[] data = octets(buffer, 0, ControlCodec.encode(zeroed, buffer, 0));
        Octets mac = Octets.copyOf(hmac.mac(itrKey.octets(), data));
        return new EidAuthentication(KDF_HKDF_SHA_256, etrCantSign, hmac.id(), prefixes, mac);
    }

    /**
     * Encodes {@code reply} with {@code eid} and a PKT-AD whose HMAC, keyed by the map-server's key, covers the whole Map-Reply.
     *
     * @return octets written
     */
    public static int encodeSigned(
            MapReply reply,
            EidAuthentication eid,
            SecurityHmac hmac,
            OneTimeKey mapServerKey,
            MutableDirectBuffer buffer,
            int offset) {
        Octets zero = Octets.copyOf(new byte[hmac.length()]);
        MapReplyAuthentication data = new MapReplyAuthentication(eid, hmac.id(), zero);
        MapReply zeroed =
                new MapReply(reply.probe(), reply.echoNonce(), reply.nonce(), reply.records(), Optional.of(data));
        int length = ControlCodec.encode(zeroed, buffer, offset);
        byte[] mac = hmac.mac(mapServerKey.octets(), octets(buffer, offset, length));
        buffer.putBytes(offset + length - mac.length, mac);
        return length;
    }

    /** Checks both HMACs of an encoded Map-Reply with the key that its Map-Request carried. Never throws on any content. */
    public static ReplyVerdict verify(DirectBuffer buffer, int offset, int length, OneTimeKey itrKey) {
        if (!(ControlCodec.decode(buffer, offset, length) instanceof MapReply reply)
                || reply.authentication().isEmpty()) {
            return ReplyVerdict.NO_SECURITY_DATA;
        }
        MapReplyAuthentication data = reply.authentication().get();
        Optional<SecurityHmac> eidHmac = SecurityHmac.of(data.eid().hmacId());
        Optional<SecurityHmac> packetHmac = SecurityHmac.of(data.packetHmacId());
        if (eidHmac.isEmpty() || packetHmac.isEmpty() || data.eid().kdfId() != KDF_HKDF_SHA_256) {
            return ReplyVerdict.UNKNOWN_ALGORITHM;
        }
        SecurityOffsets at = ControlCodec.securityOffsets(buffer, offset, length);
        byte[] received = data.eid().hmac().toBytes();
        byte[] eid = zeroed(buffer, at.eidData(), at.eidHmac(), received.length);
        if (!eidHmac.get().matches(itrKey.octets(), eid, received)) {
            return ReplyVerdict.WRONG_EID_HMAC;
        }
        received = data.packetHmac().toBytes();
        byte[] packet = zeroed(buffer, offset, at.packetHmac(), received.length);
        boolean valid = packetHmac.get().matches(itrKey.forMapServer().octets(), packet, received);
        return valid ? ReplyVerdict.VALID : ReplyVerdict.WRONG_PACKET_HMAC;
    }

    /** From {@code start} to the end of an HMAC, which is zero in the copy. */
    private static byte[] zeroed(DirectBuffer buffer, int start, int hmac, int hmacLength) {
        byte[] copy = octets(buffer, start, hmac + hmacLength - start);
        Arrays.fill(copy, hmac - start, copy.length, (byte) 0);
        return copy;
    }

    private static byte[] octets(DirectBuffer buffer, int offset, int length) {
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        return octets;
    }
}
