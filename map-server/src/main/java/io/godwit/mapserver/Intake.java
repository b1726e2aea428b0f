package io.godwit.mapserver;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.intake.RequestQueue;
import io.godwit.mapserver.intake.SourceLimits;
import io.godwit.mapserver.registration.Registrar;
import io.godwit.mapserver.request.HostRequests;
import io.godwit.mapserver.request.RequestHandler;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MalformedMessage;
import io.godwit.packet.control.MalformedReason;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.OptionalMessage;
import java.util.Map;
import org.agrona.DirectBuffer;

/** What arrives: hands each message to the part it is for, within the limits that its source has, requests behind everything else. */
final class Intake implements ControlTransport.Handler {
    private static final int MAP_REQUEST = 1;
    private static final int MAP_REGISTER = 3;
    private static final int ENCAPSULATED = 8;

    private final ControlTransport transport;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final Registrar registrar;
    private final RequestHandler requests;
    private final Acknowledgements acknowledgements;
    private final RequestQueue waiting;
    private final HostRequests hosts;
    private final SourceLimits sources;
    private final Counters<MalformedReason> malformed = new Counters<>(MalformedReason.class);

    /** Gets Map-Notify-Acks; the buffer is only valid during the call. */
    @FunctionalInterface
    interface Acknowledgements {
        void onAck(MapNotifyAck ack, DirectBuffer buffer, int offset, int length, IpAddress source);
    }

    Intake(
            ControlTransport transport,
            Timers timers,
            Counters<Counter> counters,
            LimitsConfig limits,
            Registrar registrar,
            RequestHandler requests,
            Acknowledgements acknowledgements) {
        this.transport = transport;
        this.timers = timers;
        this.counters = counters;
        this.registrar = registrar;
        this.requests = requests;
        this.acknowledgements = acknowledgements;
        waiting = new RequestQueue(limits.waitingRequests(), timers, this::onRequest);
        hosts = requests.hosts(this::keep);
        sources = new SourceLimits(limits.rates());
    }

    /** Messages that could not be read, by reason. */
    Map<String, Long> malformed() {
        return malformed.snapshot();
    }

    @Override
    public void onBurst() {
        hosts.onBurst();
    }

    @Override
    public void onBurstEnd() {
        hosts.onBurstEnd();
    }

    @Override
    public void onDatagram(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        if (remote.port() == transport.localPort() && remote.address().equals(local)) {
            // Somebody named this map-server as an ITR or an ETR: what it sends to itself must not go round.
            counters.increment(Counter.DROPPED_FROM_ITSELF);
            return;
        }
        int type = length == 0 ? 0 : buffer.getByte(offset) >>> 4 & 0xf;
        if (type == MAP_REQUEST || type == ENCAPSULATED) {
            admit(buffer, offset, length, local, remote);
        } else if (type == MAP_REGISTER && !sources.allowsRegister(remote.address(), timers.nanoTime())) {
            counters.increment(Counter.MAP_REGISTERS_DROPPED_SOURCE_LIMITED);
        } else {
            switch (ControlCodec.decode(buffer, offset, length)) {
                case MapRegister register -> registrar.onRegister(register, buffer, offset, length, local, remote);
                case MapNotifyAck ack -> acknowledgements.onAck(ack, buffer, offset, length, remote.address());
                case MapReply reply -> counters.increment(Counter.MAP_REPLIES_RECEIVED);
                case MapNotify notify -> counters.increment(Counter.MAP_NOTIFIES_RECEIVED);
                case MalformedMessage message -> onMalformed(message);
                case MapRequest _, EncapsulatedControlMessage _, OptionalMessage _ ->
                    counters.increment(Counter.UNEXPECTED_MESSAGES);
            }
        }
    }

    /** A registered host is answered before the next burst of datagrams; other requests wait behind everything else. */
    private void admit(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        if (!sources.allowsRequest(remote.address(), timers.nanoTime())) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_SOURCE_LIMITED);
        } else if (!hosts.take(buffer, offset, length, local, remote)) {
            keep(buffer, offset, length, local, remote);
        }
    }

    private void keep(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        if (!waiting.offer(buffer, offset, length, local, remote)) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_QUEUE_FULL);
        }
    }

    private void onRequest(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        switch (ControlCodec.decode(buffer, offset, length)) {
            case MapRequest request -> requests.onPlain(request, remote);
            case EncapsulatedControlMessage ecm -> requests.onEncapsulated(ecm, buffer, offset, length, local, remote);
            case MalformedMessage message -> onMalformed(message);
            case AuthenticatedMessage _, MapReply _, OptionalMessage _ ->
                counters.increment(Counter.UNEXPECTED_MESSAGES);
        }
    }

    private void onMalformed(MalformedMessage message) {
        counters.increment(Counter.MALFORMED);
        malformed.increment(message.reason());
    }
}
