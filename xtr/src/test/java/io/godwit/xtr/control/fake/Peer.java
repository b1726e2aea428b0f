package io.godwit.xtr.control.fake;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Somebody the xTR talks to: a map-server, a map-resolver, another xTR. Does what the test says, and remembers what came. */
public final class Peer {
    /** @param at {@link Timers#nanoTime()} */
    public record Received<M>(long at, Endpoint from, IpAddress to, M message, boolean authentic) {}

    private final IpAddress address;
    private final ControlSender sender;
    private final AuthenticationKey key;
    private final List<Received<ControlMessage>> received = new ArrayList<>();
    /** Whether Map-Registers are confirmed by themselves. */
    public boolean confirms = true;

    public Peer(MemoryNetwork network, Timers timers, String address, AuthenticationKey key) {
        this(network, timers, address, ControlCodec.PORT, key);
    }

    public Peer(MemoryNetwork network, Timers timers, String address, int port, AuthenticationKey key) {
        this.address = IpAddress.parse(address);
        this.key = key;
        ControlTransport transport = network.open(port, this.address);
        MessageAuthentication authentication = new MessageAuthentication();
        sender = new ControlSender(transport, authentication);
        transport.handler((buffer, offset, length, local, remote) -> {
            ControlMessage message = ControlCodec.decode(buffer, offset, length);
            boolean authentic =
                    message instanceof AuthenticatedMessage && authentication.verify(buffer, offset, length, key);
            received.add(new Received<>(timers.nanoTime(), remote, local, message, authentic));
            if (confirms && authentic && message instanceof MapRegister register) {
                confirm(register, remote);
            }
        });
    }

    public IpAddress address() {
        return address;
    }

    public void confirm(MapRegister register, Endpoint to) {
        sendSigned(
                new MapNotify(register.nonce(), AuthenticationData.UNSIGNED, register.records(), Optional.empty()), to);
    }

    public void send(ControlMessage message, String to) {
        send(message, new Endpoint(IpAddress.parse(to), ControlCodec.PORT));
    }

    public void send(ControlMessage message, Endpoint to) {
        sender.send(message, to);
    }

    public void sendSigned(AuthenticatedMessage message, Endpoint to) {
        sender.sendSigned(message, key, to);
    }

    public void sendSigned(AuthenticatedMessage message, String to) {
        sendSigned(message, new Endpoint(IpAddress.parse(to), ControlCodec.PORT));
    }

    /** Answers a Map-Request as whoever is authoritative would. */
    public void reply(MapRequest request, EidRecord... records) {
        IpAddress itrRloc = (IpAddress) request.itrRlocs().getFirst();
        send(new MapReply(false, false, request.nonce(), List.of(records)), new Endpoint(itrRloc, ControlCodec.PORT));
    }

    public List<Received<ControlMessage>> received() {
        return received;
    }

    public <M extends ControlMessage> List<Received<M>> received(Class<M> type) {
        List<Received<M>> matching = new ArrayList<>();
        for (Received<ControlMessage> one : received) {
            if (type.isInstance(one.message())) {
                matching.add(new Received<>(one.at(), one.from(), one.to(), type.cast(one.message()), one.authentic()));
            }
        }
        return matching;
    }

    /** Map-Requests that came encapsulated. */
    public List<MapRequest> encapsulatedRequests() {
        return received(EncapsulatedControlMessage.class).stream()
                .map(ecm -> (MapRequest) ecm.message().message())
                .toList();
    }

    public void forget() {
        received.clear();
    }
}
