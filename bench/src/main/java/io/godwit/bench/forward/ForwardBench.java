package io.godwit.bench.forward;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.xtr.DataPlaneConfig;
import io.godwit.xtr.RingDataPlane;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import io.godwit.xtr.ring.RingLayout;
import io.godwit.xtr.ring.ThreadPlan;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One thread drives all four stages of a direction over its ring, batch after batch, as the plan {@code inline} does; only the system calls are
 * missing. Time a batch of {@link RingLayout#BATCH} packets, sampled: the median does not feel that the scheduler now and then gives the core away.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class ForwardBench {
    /** Other sites, each with one RLOC, that the hosts are spread over. */
    static final int SITES = 256;

    private static final int FIRST_SITE = 0xc633_6400;

    @Param({"encap", "decap"})
    String direction;

    @Param({"1", "1000", "100000", "1000000"})
    int mappings;

    /** Octets of the inner packet. */
    @Param({"64", "1450"})
    int size;

    private RingDataPlane plane;
    private boolean fromSite;

    @Setup(Level.Trial)
    public void open() {
        fromSite = direction.equals("encap");
        DataPlaneConfig config = DataPlaneConfig.of(
                        List.of(IpAddress.parse("192.0.2.1")), List.of(new DataPlaneConfig.Instance(0, "lisp0")))
                .withThreads(DataPlaneConfig.Threads.of(ThreadPlan.INLINE));
        plane = RingDataPlane.create(new MemoryNetwork(new Traffic(size, mappings)), config, SystemNanoClock.INSTANCE);
        for (int i = 0; i < mappings; i++) {
            plane.put(EidPrefix.host(0, new Ipv4Address(Traffic.host(i))), forwarding(i));
        }
    }

    /** Encapsulation to mapped hosts, or decapsulation for hosts of this site. */
    private Forwarding forwarding(int host) {
        return fromSite
                ? new Forwarding.Remote(List.of(new Locator(new Ipv4Address(FIRST_SITE + host % SITES), 1, 100)))
                : new Forwarding.Local();
    }

    @Benchmark
    public int packet() {
        return plane.runOnce(fromSite);
    }

    /** Nothing may have been dropped, or the figure is of something else. */
    @TearDown(Level.Trial)
    public void close() {
        Map<String, Long> counters = plane.counters();
        plane.close();
        for (Map.Entry<String, Long> counter : counters.entrySet()) {
            if (counter.getKey().startsWith("drop-") && counter.getValue() > 0) {
                throw new IllegalStateException("the router dropped packets: " + counter);
            }
        }
        long arrived = counters.getOrDefault(fromSite ? "tun-read-packets" : "received-datagrams", 0L);
        long left = counters.getOrDefault(fromSite ? "transmitted-datagrams" : "delivered-packets", 0L);
        if (arrived != left || left == 0) {
            throw new IllegalStateException(arrived + " packets went in and " + left + " came out");
        }
    }
}
