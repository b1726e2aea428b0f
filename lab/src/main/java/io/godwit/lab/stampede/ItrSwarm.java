package io.godwit.lab.stampede;

import io.godwit.lab.traffic.FlowLog;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.XtrIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Many ITRs that subscribe to one EID (RFC 9437), each with an RLOC and a socket of its own. They acknowledge what is published and note when
 * it came: the n-th publication of ITR i as sequence number n * ITRs + i. All of it has been read before anything is looked at and
 * acknowledged: an ITR does not wait for the work of the others, nor does it take processors from the map-server.
 */
final class ItrSwarm {
    static final int SITE_ID = 9;
    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final int PER_MILLISECOND = 2;
    /** Nothing more arrives of a publication. */
    private static final int QUIET_MILLIS = 20;

    /** One of them. */
    private static final class Itr {
        final int index;
        final DatagramChannel channel;
        final MapRequest request;
        boolean confirmed;
        long nonce;
        int publications;

        Itr(int index, DatagramChannel channel, MapRequest request) {
            this.index = index;
            this.channel = channel;
            this.request = request;
            nonce = request.nonce();
        }
    }

    /** A datagram that has not been looked into yet. */
    private record Arrived(Itr itr, UnsafeBuffer datagram, long nanos) {}

    private final InetSocketAddress mapServer;
    private final AuthenticationKey key;
    private final FlowLog log;
    private final Selector selector = Selector.open();
    private final List<Itr> itrs = new ArrayList<>();
    private final Deque<Arrived> arrived = new ArrayDeque<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(2048);
    private final ByteBuffer out = ByteBuffer.allocateDirect(2048);
    private final UnsafeBuffer outView = new UnsafeBuffer(out);
    private final MessageAuthentication authentication = new MessageAuthentication();
    private int confirmed;

    private ItrSwarm(String mapServer, Path key, FlowLog log) throws IOException {
        this.mapServer = new InetSocketAddress(mapServer, ControlCodec.PORT);
        byte[] secret = Files.readString(key).strip().getBytes(StandardCharsets.UTF_8);
        this.key = new AuthenticationKey(1, AuthenticationAlgorithm.HMAC_SHA_256_128, secret, false);
        this.log = log;
    }

    /** Of ITR {@code index}; a route makes all of them local. */
    static String rloc(int index) {
        return "172.21." + index / 250 + "." + (index % 250 + 1);
    }

    /** Arguments: log file, number of ITRs, publications to note, map-server, key file, EID. Runs until it is killed. */
    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[1]);
        FlowLog log = FlowLog.create(Path.of(arguments[0]), count * Integer.parseInt(arguments[2]));
        ItrSwarm swarm = new ItrSwarm(arguments[3], Path.of(arguments[4]), log);
        swarm.open(count, IpAddress.parse(arguments[5]));
        swarm.run();
    }

    private void open(int count, IpAddress eid) throws IOException {
        long first = (System.currentTimeMillis() / 1_000) << 32;
        for (int i = 0; i < count; i++) {
            DatagramChannel channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(rloc(i), ControlCodec.PORT)).connect(mapServer);
            channel.configureBlocking(false);
            MapRequest request = new MapRequest(
                    Set.of(),
                    first + i,
                    NoAddress.INSTANCE,
                    List.of(IpAddress.parse(rloc(i))),
                    List.of(new MapRequest.RequestedEid(true, eid.bits(), eid)),
                    Optional.empty(),
                    Optional.of(new XtrIdentity(7, i, SITE_ID)));
            Itr itr = new Itr(i, channel, request);
            channel.register(selector, SelectionKey.OP_READ, itr);
            itrs.add(itr);
        }
    }

    private void run() throws IOException {
        long nextRound = System.nanoTime();
        while (true) {
            if (confirmed < itrs.size() && System.nanoTime() - nextRound >= 0) {
                subscribe();
                nextRound = System.nanoTime() + RETRY_NANOS;
            }
            boolean quiet = selector.select(key -> receive((Itr) key.attachment()), QUIET_MILLIS) == 0;
            if (quiet && !arrived.isEmpty()) {
                look();
                // Now, and not while the next publication arrives.
                System.gc();
            }
        }
    }

    private void look() throws IOException {
        for (Arrived next = arrived.poll(); next != null; next = arrived.poll()) {
            if (ControlCodec.decode(next.datagram, 0, next.datagram.capacity()) instanceof MapNotify notify) {
                onNotify(next.itr, notify, next.nanos);
            }
        }
    }

    private void subscribe() throws IOException {
        int sent = 0;
        for (Itr itr : itrs) {
            if (!itr.confirmed) {
                out.clear().limit(ControlCodec.encode(encapsulated(itr), outView, 0));
                itr.channel.write(out);
                if (++sent % PER_MILLISECOND == 0) {
                    selector.select(key -> receive((Itr) key.attachment()), 1);
                    look();
                }
            }
        }
    }

    private static EncapsulatedControlMessage encapsulated(Itr itr) {
        IpAddress eid = (IpAddress) itr.request.records().getFirst().eid();
        return new EncapsulatedControlMessage(false, eid, eid, ControlCodec.PORT, ControlCodec.PORT, itr.request, 0);
    }

    private void receive(Itr itr) {
        try {
            in.clear();
            // One at a time: the next, of which there hardly is one, makes the socket be selected again.
            itr.channel.read(in);
            byte[] octets = new byte[in.flip().limit()];
            in.get(octets);
            arrived.add(new Arrived(itr, new UnsafeBuffer(octets), System.nanoTime()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void onNotify(Itr itr, MapNotify notify, long now) throws IOException {
        boolean fresh = Long.compareUnsigned(notify.nonce(), itr.nonce) > 0;
        if (fresh) {
            itr.nonce = notify.nonce();
            int slot = itr.publications++ * itrs.size() + itr.index;
            if (slot < log.capacity()) {
                log.arrived(slot, now);
            }
        } else if (!itr.confirmed) {
            itr.confirmed = true;
            confirmed++;
            if (confirmed == itrs.size()) {
                System.out.println("subscribed");
            }
        }
        var ack = new MapNotifyAck(notify.nonce(), AuthenticationData.UNSIGNED, notify.records(), notify.identity());
        out.clear().limit(authentication.encodeSigned(ack, key, outView, 0));
        itr.channel.write(out);
    }
}
