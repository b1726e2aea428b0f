package io.godwit.lab.stampede;

import io.godwit.lab.demo.Waiting;
import io.godwit.lab.traffic.FlowLog;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Many ITRs that subscribe to one EID (RFC 9437), each with an RLOC and a socket of its own. They acknowledge what is published and note when
 * it came, as the kernel says: the n-th publication of ITR i as sequence number n * ITRs + i. All of it has come before anything is read and
 * acknowledged: an ITR does not wait for the work of the others, nor does it take processors from the map-server.
 */
final class ItrSwarm {
    static final int SITE_ID = 9;
    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final int PER_MILLISECOND = 2;
    /** From the first message of a publication until there are no more; less than until what is not acknowledged is sent again. */
    private static final int BURST_MILLIS = 200;

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
    private record Arrived(Itr itr, UnsafeBuffer datagram) {}

    private final InetSocketAddress mapServer;
    private final AuthenticationKey key;
    private final FlowLog log;
    private final Selector selector = Selector.open();
    private final List<Itr> itrs = new ArrayList<>();
    private final Map<Integer, Itr> byRloc = new HashMap<>();
    private final Deque<Arrived> arrived = new ArrayDeque<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(2048);
    private final ByteBuffer out = ByteBuffer.allocateDirect(2048);
    private final UnsafeBuffer outView = new UnsafeBuffer(out);
    private final MessageAuthentication authentication = new MessageAuthentication();
    private final Arrivals arrivals;
    /** When what came to which ITR, not looked at yet. */
    private final Map<Itr, Map<Long, Long>> times = new HashMap<>();

    private int confirmed;

    private ItrSwarm(String mapServer, Path key, FlowLog log, Arrivals arrivals) throws IOException {
        this.mapServer = new InetSocketAddress(mapServer, ControlCodec.PORT);
        byte[] secret = Files.readString(key).strip().getBytes(StandardCharsets.UTF_8);
        this.key = new AuthenticationKey(1, AuthenticationAlgorithm.HMAC_SHA_256_128, secret, false);
        this.log = log;
        this.arrivals = arrivals;
    }

    /** Of ITR {@code index}; a route makes all of them local. */
    static String rloc(int index) {
        return "172.21." + index / 250 + "." + (index % 250 + 1);
    }

    /** Arguments: log file, number of ITRs, publications to note, map-server, key file, EID, interface towards the map-server. Runs until it is killed. */
    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[1]);
        FlowLog log = FlowLog.create(Path.of(arguments[0]), count * Integer.parseInt(arguments[2]));
        ItrSwarm swarm = new ItrSwarm(arguments[3], Path.of(arguments[4]), log, Arrivals.open(arguments[6]));
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
            byRloc.put(((Ipv4Address) IpAddress.parse(rloc(i))).value(), itr);
        }
    }

    private void run() throws IOException {
        while (confirmed < itrs.size()) {
            long nextRound = System.nanoTime() + RETRY_NANOS;
            subscribe();
            while (confirmed < itrs.size() && System.nanoTime() - nextRound < 0) {
                selector.select(key -> receive((Itr) key.attachment()), 1);
                look();
            }
        }
        while (true) {
            // Now, and not while a publication arrives.
            System.gc();
            selector.select();
            selector.selectedKeys().clear();
            Waiting.millis(BURST_MILLIS);
            note();
            while (selector.selectNow(key -> receive((Itr) key.attachment())) > 0) {
                look();
            }
        }
    }

    private void note() throws IOException {
        for (Arrivals.Arrival arrival : arrivals.news()) {
            Itr itr = byRloc.get(arrival.rloc());
            if (itr != null) {
                times.computeIfAbsent(itr, i -> new HashMap<>()).putIfAbsent(arrival.nonce(), arrival.nanos());
            }
        }
    }

    private long came(Itr itr, long nonce) throws IOException {
        Map<Long, Long> ofItr = times.computeIfAbsent(itr, i -> new HashMap<>());
        if (!ofItr.containsKey(nonce)) {
            // It came since.
            note();
        }
        Long nanos = ofItr.remove(nonce);
        if (nanos == null) {
            throw new IllegalStateException("a publication was read that the kernel did not see come");
        }
        return nanos;
    }

    private void look() throws IOException {
        for (Arrived next = arrived.poll(); next != null; next = arrived.poll()) {
            if (ControlCodec.decode(next.datagram, 0, next.datagram.capacity()) instanceof MapNotify notify) {
                onNotify(next.itr, notify);
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
            arrived.add(new Arrived(itr, new UnsafeBuffer(octets)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void onNotify(Itr itr, MapNotify notify) throws IOException {
        boolean fresh = Long.compareUnsigned(notify.nonce(), itr.nonce) > 0;
        if (fresh) {
            itr.nonce = notify.nonce();
            int slot = itr.publications++ * itrs.size() + itr.index;
            long came = came(itr, notify.nonce());
            if (slot < log.capacity()) {
                log.arrived(slot, came);
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
