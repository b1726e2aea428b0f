package io.godwit.bench.mapping;

import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.auth.AuthenticationAlgorithm;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What xTRs send. EID number n is the host 10.0.0.0 + n; it belongs to one of a thousand xTRs, and ITRs have the RLOCs from 100.64.0.0 on.
 */
final class Messages {
    static final AuthenticationKey KEY = new AuthenticationKey(
            1,
            AuthenticationAlgorithm.HMAC_SHA_256_128,
            "the secret of a benchmark".getBytes(StandardCharsets.US_ASCII),
            false);
    static final long SITE_ID = 42;
    static final int XTRS = 1000;

    private static final int FIRST_EID = 0x0a00_0000;
    private static final int FIRST_XTR = 0xac10_0000;
    private static final int FIRST_ITR = 0x6440_0000;
    private static final int ITRS = 1 << 20;
    private static final int PORT = ControlCodec.PORT;
    private static final IpAddress SOURCE_EID = new Ipv4Address(0x0b00_0001);

    private final MessageAuthentication authentication = new MessageAuthentication();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
    private final Random random = new Random(4342);
    private long nonce = 1L << 40;

    static IpAddress eid(int number) {
        return new Ipv4Address(FIRST_EID + number);
    }

    /** xTR {@code number}'s RLOC. */
    static IpAddress rloc(int number) {
        return new Ipv4Address(FIRST_XTR + number + 1);
    }

    static IpAddress itr(int number) {
        return new Ipv4Address(FIRST_ITR + number);
    }

    /** Map-Registers of EIDs {@code [from, to)}, {@code records} a message, from xTRs {@code firstXtr} on, in turn. */
    Datagrams registers(int from, int to, int records, int firstXtr) {
        Datagrams all = new Datagrams((to - from + records - 1) / records);
        for (int eid = from; eid < to; eid += records) {
            int xtr = firstXtr + eid / records % XTRS;
            int length = register(eid, Math.min(to, eid + records), xtr);
            all.add(buffer, length, new Endpoint(rloc(xtr), PORT));
        }
        return all;
    }

    private int register(int from, int to, int xtr) {
        List<EidRecord> list = new ArrayList<>(to - from);
        for (int eid = from; eid < to; eid++) {
            list.add(record(eid, xtr));
        }
        MapRegister message = new MapRegister(
                Set.of(MapRegister.Flag.WANT_MAP_NOTIFY, MapRegister.Flag.PROXY_REPLY),
                nonce++,
                AuthenticationData.UNSIGNED,
                list,
                Optional.of(new XtrIdentity(0, xtr, SITE_ID)));
        return authentication.encodeSigned(message, KEY, buffer, 0);
    }

    static EidRecord record(int eid, int xtr) {
        RlocRecord locator = RlocRecord.unicast(rloc(xtr), 1, 100, true);
        return new EidRecord(1440, 32, Action.NO_ACTION, true, 0, eid(eid), List.of(locator));
    }

    /** The acknowledgement of a Map-Notify, signed; octets in {@link #buffer()}. */
    int acknowledgement(MapNotify notify) {
        MapNotifyAck ack =
                new MapNotifyAck(notify.nonce(), AuthenticationData.UNSIGNED, notify.records(), Optional.empty());
        return authentication.encodeSigned(ack, KEY, buffer, 0);
    }

    /** Map-Requests in ECMs for random ones of the EIDs below {@code eids}, each from another ITR. */
    Datagrams requests(int count, int eids) {
        Datagrams all = new Datagrams(count);
        for (int i = 0; i < count; i++) {
            int itr = i & (ITRS - 1);
            int length = request(nonce++, random.nextInt(eids), itr(itr), PORT);
            all.add(buffer, length, new Endpoint(itr(itr), PORT));
        }
        return all;
    }

    /** Subscriptions to EIDs {@code [from, to)} of one subscriber each, or of {@code subscribers} to the first of them. */
    Datagrams subscriptions(int from, int to, int subscribers) {
        int count = Math.max(to - from, subscribers);
        Datagrams all = new Datagrams(count);
        for (int i = 0; i < count; i++) {
            int eid = from + i % (to - from);
            IpAddress itr = itr(i % XTRS);
            MapRequest message = new MapRequest(
                    Set.of(),
                    nonce++,
                    SOURCE_EID,
                    List.of(itr),
                    List.of(new MapRequest.RequestedEid(true, 32, eid(eid))),
                    Optional.empty(),
                    Optional.of(new XtrIdentity(1, i % XTRS, SITE_ID)));
            all.add(buffer, encapsulated(message, eid, PORT), new Endpoint(itr, PORT));
        }
        return all;
    }

    /** {@link #subscriptions}, and then the acknowledgements of their confirmations. */
    Datagrams confirmedSubscriptions(int from, int to, int subscribers) {
        Datagrams subscriptions = subscriptions(from, to, subscribers);
        Datagrams all = new Datagrams(2 * subscriptions.size());
        long first = nonce - subscriptions.size();
        for (int i = 0; i < subscriptions.size(); i++) {
            all.add(subscriptions, i);
        }
        for (int i = 0; i < subscriptions.size(); i++) {
            IpAddress itr = itr(i % XTRS);
            EidRecord record = new EidRecord(1, 32, Action.NO_ACTION, false, 0, eid(from + i % (to - from)), List.of());
            MapNotifyAck ack =
                    new MapNotifyAck(first + i, AuthenticationData.UNSIGNED, List.of(record), Optional.empty());
            all.add(buffer, authentication.encodeSigned(ack, KEY, buffer, 0), new Endpoint(itr, PORT));
        }
        return all;
    }

    /** @return octets in {@link #buffer()} */
    int request(long withNonce, int eid, IpAddress itr, int replyPort) {
        MapRequest message = new MapRequest(
                Set.of(),
                withNonce,
                SOURCE_EID,
                List.of(itr),
                List.of(new MapRequest.RequestedEid(false, 32, eid(eid))),
                Optional.empty(),
                Optional.empty());
        return encapsulated(message, eid, replyPort);
    }

    private int encapsulated(MapRequest message, int eid, int replyPort) {
        EncapsulatedControlMessage ecm =
                new EncapsulatedControlMessage(false, SOURCE_EID, eid(eid), replyPort, PORT, message, 0);
        return ControlCodec.encode(ecm, buffer, 0);
    }

    /** Of the next message. */
    long nonce() {
        return nonce;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }
}
