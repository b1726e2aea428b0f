package io.godwit.mapserver;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.control.XtrIdentity;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends what a test says, keeps what comes. Number 3 has the RLOCs 192.0.2.3 and 2001:db8::3. */
final class TestXtr {
    final IpAddress rloc;
    final IpAddress rlocV6;
    final List<ControlMessage> inbox = new ArrayList<>();
    final List<byte[]> raw = new ArrayList<>();
    private final IdentityHashMap<ControlMessage, Endpoint> cameFrom = new IdentityHashMap<>();
    private final World world;
    private final ControlTransport transport;
    private final MessageAuthentication authentication = new MessageAuthentication();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2000]);

    AuthenticationKey key = World.KEY;
    Optional<XtrIdentity> identity;
    Set<MapRegister.Flag> flags = EnumSet.of(MapRegister.Flag.PROXY_REPLY, MapRegister.Flag.WANT_MAP_NOTIFY);
    int ttlMinutes = 10;
    int mapVersion;
    long nonce = 1000;

    TestXtr(World world, int id, int port) {
        this.world = world;
        rloc = IpAddress.parse("192.0.2." + id);
        rlocV6 = IpAddress.parse("2001:db8::" + id);
        identity = Optional.of(new XtrIdentity(0, id, 42));
        transport = world.open(port, rloc, rlocV6);
        transport.handler((data, offset, length, local, remote) -> {
            byte[] octets = new byte[length];
            data.getBytes(offset, octets);
            raw.add(octets);
            ControlMessage message = ControlCodec.decode(data, offset, length);
            inbox.add(message);
            cameFrom.put(message, remote);
        });
    }

    /** Registers with its IPv4 RLOC. */
    TestXtr register(String eid) {
        return send(record(eid, rloc));
    }

    TestXtr withdraw(String eid) {
        EidPrefix prefix = EidPrefix.parse(eid);
        return send(new EidRecord(0, prefix.length(), Action.NO_ACTION, true, 0, prefix.toAddress(), List.of()));
    }

    EidRecord record(String eid, IpAddress... rlocs) {
        EidPrefix prefix = EidPrefix.parse(eid);
        return new EidRecord(
                ttlMinutes,
                prefix.length(),
                Action.NO_ACTION,
                true,
                mapVersion,
                prefix.toAddress(),
                Stream.of(rlocs)
                        .map(address -> RlocRecord.unicast(address, 1, 100, true))
                        .toList());
    }

    TestXtr send(EidRecord... records) {
        nonce++;
        sendRaw(signed(records));
        return this;
    }

    /** A Map-Register with the present nonce. */
    byte[] signed(EidRecord... records) {
        MapRegister register = new MapRegister(flags, nonce, AuthenticationData.UNSIGNED, List.of(records), identity);
        byte[] octets = new byte[authentication.encodeSigned(register, key, buffer, 0)];
        buffer.getBytes(0, octets);
        return octets;
    }

    void sendRaw(byte[] octets) {
        transport.send(new UnsafeBuffer(octets), 0, octets.length, World.SERVER);
        world.run();
    }

    void send(ControlMessage message, Endpoint to) {
        transport.send(buffer, 0, ControlCodec.encode(message, buffer, 0), to);
        world.run();
    }

    void ask(String eid) {
        send(World.ecm(World.request(++nonce, eid, rloc), transport.localPort()), World.SERVER);
    }

    /** A subscription to {@code eid} with its own ITR-RLOC; with AFI 0 it ends one. */
    MapRequest subscription(String eid, LispAddress itrRloc) {
        EidPrefix prefix = EidPrefix.parse(eid);
        return new MapRequest(
                Set.of(),
                ++nonce,
                NoAddress.INSTANCE,
                List.of(itrRloc),
                List.of(new MapRequest.RequestedEid(true, prefix.length(), prefix.toAddress())),
                Optional.empty(),
                identity);
    }

    TestXtr subscribe(String eid) {
        send(World.ecm(subscription(eid, rloc), 4342), World.SERVER);
        return this;
    }

    TestXtr acknowledgeAll() {
        notifies().forEach(notify -> acknowledge(notify, key));
        return this;
    }

    void acknowledge(MapNotify notify, AuthenticationKey with) {
        acknowledge(notify, notify.nonce(), with);
    }

    void acknowledge(MapNotify notify, long withNonce, AuthenticationKey with) {
        MapNotifyAck ack = new MapNotifyAck(withNonce, AuthenticationData.UNSIGNED, notify.records(), Optional.empty());
        transport.send(
                buffer,
                0,
                authentication.encodeSigned(ack, with, buffer, 0),
                cameFrom.getOrDefault(notify, World.SERVER));
        world.run();
    }

    List<MapNotify> notifies() {
        return inbox.stream()
                .filter(MapNotify.class::isInstance)
                .map(MapNotify.class::cast)
                .toList();
    }

    MapNotify lastNotify() {
        return notifies().getLast();
    }

    List<MapReply> replies() {
        return inbox.stream()
                .filter(MapReply.class::isInstance)
                .map(MapReply.class::cast)
                .toList();
    }

    MapReply lastReply() {
        return replies().getLast();
    }

    /** Whether what came last is signed with the key. */
    boolean lastIsSignedWith(AuthenticationKey with) {
        byte[] last = raw.getLast();
        return authentication.verify(new UnsafeBuffer(last), 0, last.length, with);
    }

    void forget() {
        inbox.clear();
        raw.clear();
    }

    static List<String> locators(EidRecord record) {
        return record.locators().stream()
                .map(locator -> locator.locator().toString())
                .toList();
    }
}
