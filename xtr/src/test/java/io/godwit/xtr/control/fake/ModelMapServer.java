package io.godwit.xtr.control.fake;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agrona.DirectBuffer;

/**
 * A map-server and map-resolver that know one EID, as ours do: who registers last has it, but an xTR that has not yet acknowledged that it
 * lost it does not get it back by a refresh, and an older nonce of the same xTR counts nothing. Can be killed; what it knew stays.
 */
public final class ModelMapServer {
    private static final List<Integer> SCHEDULE_SECONDS = List.of(3, 3, 3, 6, 12, 24);

    private final ControlTransport transport;
    private final ControlSender sender;
    private final Timers timers;
    private final MessageAuthentication authentication = new MessageAuthentication();
    private final Map<IpAddress, Long> nonces = new HashMap<>();
    private final Set<IpAddress> departed = new HashSet<>();
    private Runnable change = () -> {};
    private Optional<IpAddress> owner = Optional.empty();
    private List<EidRecord> current = List.of();
    private boolean dead;
    private long nextNonce = 1L << 40;

    ModelMapServer(MemoryNetwork network, Timers timers) {
        this.timers = timers;
        IpAddress server = IpAddress.parse(TestSite.MAP_SERVER);
        IpAddress resolver = IpAddress.parse(TestSite.RESOLVER);
        transport = network.open(ControlCodec.PORT, server, resolver);
        sender = MoveWorld.sender(transport);
        transport.handler((buffer, offset, length, local, remote) -> {
            if (!dead) {
                onDatagram(buffer, offset, length, remote);
            }
        });
    }

    void onChange(Runnable task) {
        change = task;
    }

    public Optional<IpAddress> owner() {
        return owner;
    }

    public void kill() {
        dead = true;
    }

    public void restart() {
        dead = false;
    }

    private void onDatagram(DirectBuffer buffer, int offset, int length, Endpoint remote) {
        switch (ControlCodec.decode(buffer, offset, length)) {
            case MapRegister register
            when authentication.verify(buffer, offset, length, TestSite.KEY) ->
                register.records().stream()
                        .filter(one -> one.eid().equals(MoveWorld.GUEST_IP))
                        .findFirst()
                        .ifPresentOrElse(
                                one -> onRegister(register, one, remote),
                                () -> answer(register, register.records(), remote));
            case MapNotifyAck ack -> departed.remove(remote.address());
            case EncapsulatedControlMessage ecm when ecm.message() instanceof MapRequest request -> reply(request);
            case MapRequest request -> reply(request);
            default -> {}
        }
    }

    private void onRegister(MapRegister register, EidRecord one, Endpoint remote) {
        IpAddress from = remote.address();
        long last = nonces.getOrDefault(from, 0L);
        if (Long.compareUnsigned(register.nonce(), last) < 0) {
            return;
        }
        boolean repeated = register.nonce() == last;
        nonces.put(from, register.nonce());
        boolean stale = departed.contains(from) && !owner.equals(Optional.of(from));
        if (stale) {
            send(from, current);
        } else if (!repeated) {
            change(one, from);
        }
        answer(register, stale ? current : register.records(), remote);
    }

    private void change(EidRecord one, IpAddress from) {
        Optional<IpAddress> before = owner;
        if (one.ttlMinutes() == 0) {
            owner = before.filter(known -> !known.equals(from));
            return;
        }
        owner = Optional.of(from);
        current = List.of(one);
        departed.remove(from);
        if (!before.equals(owner)) {
            before.ifPresent(old -> {
                departed.add(old);
                notifyDeparted(old, 0);
            });
            change.run();
        }
    }

    private void notifyDeparted(IpAddress old, int round) {
        if (departed.contains(old)) {
            if (!dead) {
                send(old, current);
            }
            if (round < SCHEDULE_SECONDS.size()) {
                timers.after(Duration.ofSeconds(SCHEDULE_SECONDS.get(round)), () -> notifyDeparted(old, round + 1));
            }
        }
    }

    private void send(IpAddress to, List<EidRecord> records) {
        sender.sendSigned(
                new MapNotify(nextNonce++, AuthenticationData.UNSIGNED, records, Optional.empty()),
                TestSite.KEY,
                IpAddress.parse(TestSite.MAP_SERVER),
                MoveWorld.control(to));
    }

    private void answer(MapRegister register, List<EidRecord> records, Endpoint remote) {
        sender.sendSigned(
                new MapNotify(register.nonce(), AuthenticationData.UNSIGNED, records, Optional.empty()),
                TestSite.KEY,
                IpAddress.parse(TestSite.MAP_SERVER),
                remote);
    }

    private void reply(MapRequest request) {
        IpAddress itr = (IpAddress) request.itrRlocs().getFirst();
        sender.send(
                new MapReply(false, false, request.nonce(), current),
                IpAddress.parse(TestSite.RESOLVER),
                MoveWorld.control(itr));
    }
}
