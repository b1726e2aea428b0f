package io.godwit.mapserver.rehearsal;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.control.XtrIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What xTRs send: encoded in {@link #buffer}, until the next one. */
final class RehearsalMessages {
    private static final int FIRST_EID = 0x0a00_0000;
    private static final long FIRST_EID_V6 = 0x2001_0db8_0000_0000L;
    private static final int FIRST_XTR = 0xc000_0201;
    private static final int FIRST_ITR = 0xc612_0000;
    private static final int TTL_MINUTES = 1_440;
    private static final int OCTETS = 16_384;

    private final MessageAuthentication authentication = new MessageAuthentication();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[OCTETS]);
    private final AuthenticationKey key;
    private final long siteId;
    private long nonce = 1;

    RehearsalMessages(AuthenticationKey key, long siteId) {
        this.key = key;
        this.siteId = siteId;
    }

    DirectBuffer buffer() {
        return buffer;
    }

    /** Of the last message. */
    long nonce() {
        return nonce;
    }

    /** An address that is nobody's (RFC 5737). */
    static IpAddress xtr(int number) {
        return new Ipv4Address(FIRST_XTR + number);
    }

    /** An address that is nobody's (RFC 2544). */
    static IpAddress itr(int number) {
        return new Ipv4Address(FIRST_ITR + number);
    }

    /** Each fourth is an IPv6 address. */
    static LispAddress eid(int number) {
        return number % 4 == 3 ? new Ipv6Address(FIRST_EID_V6, number) : new Ipv4Address(FIRST_EID + number);
    }

    private static int width(int eid) {
        return eid % 4 == 3 ? 128 : 32;
    }

    /** The xTR has EIDs {@code [from, to)}. */
    int register(int from, int to, int xtr) {
        List<EidRecord> records = new ArrayList<>();
        for (int eid = from; eid < to; eid++) {
            RlocRecord locator = RlocRecord.unicast(xtr(xtr), 1, 100, true);
            records.add(new EidRecord(TTL_MINUTES, width(eid), Action.NO_ACTION, true, 0, eid(eid), List.of(locator)));
        }
        MapRegister register = new MapRegister(
                Set.of(MapRegister.Flag.WANT_MAP_NOTIFY, MapRegister.Flag.PROXY_REPLY),
                ++nonce,
                AuthenticationData.UNSIGNED,
                records,
                Optional.of(new XtrIdentity(0, xtr, siteId)));
        return authentication.encodeSigned(register, key, buffer, 0);
    }

    int acknowledgement(MapNotify notify) {
        return authentication.encodeSigned(
                new MapNotifyAck(notify.nonce(), AuthenticationData.UNSIGNED, notify.records(), Optional.empty()),
                key,
                buffer,
                0);
    }

    /** The ITR asks for an EID, or subscribes to it too. */
    int request(int eid, int itr, boolean subscribe) {
        MapRequest request = new MapRequest(
                Set.of(),
                ++nonce,
                eid(eid),
                List.of(itr(itr)),
                List.of(new MapRequest.RequestedEid(subscribe, width(eid), eid(eid))),
                Optional.empty(),
                subscribe ? Optional.of(new XtrIdentity(1, itr, siteId)) : Optional.empty());
        int port = ControlCodec.PORT;
        return ControlCodec.encode(
                new EncapsulatedControlMessage(false, itr(itr), xtr(0), port, port, request, 0), buffer, 0);
    }
}
