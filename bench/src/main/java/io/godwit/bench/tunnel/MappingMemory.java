package io.godwit.bench.tunnel;

import io.godwit.bench.mapping.MemoryControl;
import io.godwit.linux.fake.FakeNetwork;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.DataPlaneConfig;
import io.godwit.xtr.RingDataPlane;
import io.godwit.xtr.control.core.NativeForwarding;
import io.godwit.xtr.control.itr.MapCache;
import java.io.IOException;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The map-cache and the forwarding table that it fills, with as many host mappings as the argument says, spread over 256 sites: each answer decoded as from a Map-Reply
 * of its own. Prints the megabytes that the process has grown by.
 */
final class MappingMemory {
    private static final int SITES = 256;
    private static final int WARM = 1_000;
    private static final int TTL_MINUTES = 1440;

    private MappingMemory() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int mappings = Integer.parseInt(arguments[0]);
        IpAddress own = IpAddress.parse("192.0.2.1");
        FakeNetwork network = new FakeNetwork(new FakeUnderlay(), own.toInetAddress());
        DataPlaneConfig config = DataPlaneConfig.of(List.of(own), List.of(new DataPlaneConfig.Instance(0, "lisp0")));
        RingDataPlane plane = RingDataPlane.create(network, config, SystemNanoClock.INSTANCE);
        NativeForwarding none = new NativeForwarding() {
            @Override
            public void begin(EidPrefix hole) {
                throw new IllegalStateException("there are no holes here");
            }

            @Override
            public void end(EidPrefix hole) {
                // There are none.
            }
        };
        MapCache cache =
                new MapCache(MemoryControl.context(plane, own), MapCache.MAX_ENTRIES, eid -> {}, none, List.of());
        fill(cache, 0, WARM);
        double before = settled();
        fill(cache, WARM, mappings);
        double after = settled();
        if (cache.size() != mappings) {
            throw new IllegalStateException(cache.size() + " mappings");
        }
        System.out.println(Math.round(10 * (after - before)) / 10.0);
    }

    /** What was garbage is given back to the kernel, as the daemon does it now and then. */
    private static double settled() throws IOException, InterruptedException {
        System.gc();
        return DaemonSite.settledMegabytes(ProcessHandle.current().pid(), 0);
    }

    private static void fill(MapCache cache, int from, int to) {
        for (int i = from; i < to; i++) {
            Ipv4Address host = new Ipv4Address(0x0b00_0000 + i);
            IpAddress site = new Ipv4Address(0xc633_6400 + i % SITES);
            EidRecord answer = new EidRecord(
                    TTL_MINUTES,
                    Integer.SIZE,
                    Action.NO_ACTION,
                    false,
                    0,
                    host,
                    List.of(RlocRecord.unicast(site, 1, 100, true)));
            cache.install(EidPrefix.host(0, host), answer);
        }
    }
}
