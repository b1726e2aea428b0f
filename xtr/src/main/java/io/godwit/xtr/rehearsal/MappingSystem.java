package io.godwit.xtr.rehearsal;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** As much of a map-server as a move needs: confirms, answers, and tells whoever lost an EID. */
final class MappingSystem {
    private record Registration(EidRecord eidRecord, Endpoint by) {}

    private final ControlSender sender;
    private final AuthenticationKey key;
    private final Map<LispAddress, Registration> registrations = new HashMap<>();
    private long nonce;

    MappingSystem(MemoryNetwork network, IpAddress address, AuthenticationKey key) {
        this.key = key;
        ControlTransport transport = network.open(address);
        sender = new ControlSender(transport, new MessageAuthentication());
        transport.handler((buffer, offset, length, local, remote) -> {
            ControlMessage message = ControlCodec.decode(buffer, offset, length);
            if (message instanceof MapRegister register) {
                onRegister(register, remote);
            } else if (message instanceof EncapsulatedControlMessage ecm
                    && ecm.message() instanceof MapRequest request) {
                onRequest(request);
            }
        });
    }

    private void onRegister(MapRegister register, Endpoint from) {
        notify(register.nonce(), register.records(), from);
        for (EidRecord one : register.records()) {
            Registration old = registrations.put(one.eid(), new Registration(one, from));
            if (old != null && !old.by().equals(from)) {
                notify(++nonce, List.of(one), old.by());
            }
        }
    }

    private void notify(long number, List<EidRecord> records, Endpoint to) {
        sender.sendSigned(new MapNotify(number, AuthenticationData.UNSIGNED, records, Optional.empty()), key, to);
    }

    private void onRequest(MapRequest request) {
        Registration found = registrations.get(request.records().getFirst().eid());
        if (found != null && request.itrRlocs().getFirst() instanceof IpAddress itr) {
            sender.send(
                    new MapReply(false, false, request.nonce(), List.of(found.eidRecord())),
                    new Endpoint(itr, ControlCodec.PORT));
        }
    }
}
