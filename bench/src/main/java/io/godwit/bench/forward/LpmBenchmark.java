package io.godwit.bench.forward;

import io.godwit.bench.Benchmark;
import io.godwit.bench.report.Plot;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.fib.ForwardingTable;
import io.godwit.xtr.fib.Locator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** {@code bench/run lpm}: the forwarding table by itself, on one thread, held against a naive table of all its prefixes. */
public final class LpmBenchmark implements Benchmark {
    private static final int[] SIZES = {1_000, 100_000, 1_000_000, 4_000_000};
    private static final int BATCH = 64;
    private static final int LOOKUPS = 1 << 20;
    private static final int ROUNDS = 9;
    private static final int CHECKED = 20_000;
    private static final int NETWORKS = 64;
    private static final int SITES = 256;

    /** One line of the table. */
    private record Row(int hosts, double lookups, double updates, double builds, double bytes) {
        void print() {
            System.out.printf("%,12d%,16.0f%,16.0f%,16.0f%12.1f%n", hosts, lookups, updates, builds, bytes);
        }
    }

    private final Forwarding[] sites = new Forwarding[SITES];

    @SuppressWarnings("UnusedVariable") // keeps the lookups from being optimized away
    private long sum;

    public LpmBenchmark() {
        for (int i = 0; i < SITES; i++) {
            sites[i] = new Forwarding.Remote(List.of(new Locator(new Ipv4Address(0xc633_6400 + i), 1, 100)));
        }
    }

    @Override
    public String name() {
        return "lpm";
    }

    @Override
    public String summary() {
        return "Forwarding table: lookups, updates and builds a second, bytes a prefix.";
    }

    @Override
    public Outcome run(boolean shortRun, Path plots) {
        System.out.printf("%12s%16s%16s%16s%12s%n", "host routes", "lookups/s", "updates/s", "built/s", "bytes each");
        List<Row> rows = new ArrayList<>();
        for (int size : shortRun ? Arrays.copyOf(SIZES, 3) : SIZES) {
            Row row = measure(size);
            row.print();
            rows.add(row);
        }
        Map<String, Object> summary = new LinkedHashMap<>();
        for (Row row : rows) {
            String suffix = row.hosts >= 1_000_000 ? row.hosts / 1_000_000 + "m" : row.hosts / 1_000 + "k";
            summary.put("lookupsPerSecond" + suffix, Math.round(row.lookups));
            summary.put("updatesPerSecond" + suffix, Math.round(row.updates));
            summary.put("builtPerSecond" + suffix, Math.round(row.builds));
            summary.put("bytesPerPrefix" + suffix, Math.round(row.bytes * 10) / 10.0);
        }
        double[] x = rows.stream().mapToDouble(Row::hosts).toArray();
        new Plot("Lookups a second, million", "host routes", "million lookups/s")
                .logarithmicX()
                .points(
                        "lookups",
                        x,
                        rows.stream().mapToDouble(row -> row.lookups / 1e6).toArray())
                .write(plots.resolve("lpm.svg"));
        return new Outcome(summary, Map.of("plots", Map.of("Lookups a second", "lpm.svg"), "checkedLookups", CHECKED));
    }

    /** Host routes, and some networks around them that a host route must win over. */
    private Row measure(int hosts) {
        try (ForwardingTable table = new ForwardingTable(List.of(0), true, false)) {
            long start = System.nanoTime();
            for (int i = 0; i < NETWORKS; i++) {
                table.put(network(i), sites[(i + 1) % SITES], 0);
            }
            for (int i = 0; i < hosts; i++) {
                table.put(host(i), sites[i % SITES], 0);
            }
            double builds = perSecond(hosts, System.nanoTime() - start);
            FibReader reader = table.newReader();
            check(reader, hosts);
            return new Row(
                    hosts, lookups(reader, hosts), updates(table, hosts), builds, (double) table.bytes() / hosts);
        }
    }

    private static EidPrefix host(int i) {
        return EidPrefix.host(0, new Ipv4Address(Traffic.host(i)));
    }

    private static EidPrefix network(int i) {
        return new EidPrefix(0, new Ipv4Address(0x0a00_0000 | i << 17), 15);
    }

    /** Every address must get what a search of all prefixes, longest first, gives. */
    private void check(FibReader reader, int hosts) {
        Map<Integer, Integer> hostSites = new TreeMap<>();
        for (int i = 0; i < hosts; i++) {
            hostSites.put(Traffic.host(i), i % SITES);
        }
        SplittableRandom random = new SplittableRandom(hosts);
        for (int i = 0; i < CHECKED; i++) {
            int address = i % 2 == 0 ? Traffic.host(random.nextInt(hosts)) : 0x0a00_0000 | random.nextInt(1 << 24);
            int networkSite = (address >>> 17 & 0x7f) < NETWORKS ? ((address >>> 17 & 0x7f) + 1) % SITES : -1;
            int expected = hostSites.getOrDefault(address, networkSite);
            reader.begin();
            ForwardingEntry fast = reader.atHome(reader.home(0, address), 0, address);
            ForwardingEntry found = fast == null ? reader.lookup(0, address) : fast;
            reader.end();
            long site = found == ForwardingEntry.NONE ? -1 : found.locators().low(0) - 0xc633_6400L;
            if (site != expected) {
                throw new IllegalStateException(
                        "lookup of " + new Ipv4Address(address) + " gave site " + site + " instead of " + expected);
            }
        }
    }

    /** In batches, as the stages do it: all places computed, all touched, then all looked up. Median of the rounds. */
    private double lookups(FibReader reader, int hosts) {
        int[] addresses = new SplittableRandom(1)
                .ints(LOOKUPS, 0, hosts)
                .map(Traffic::host)
                .toArray();
        long[] homes = new long[BATCH];
        double[] rates = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int from = 0; from < LOOKUPS; from += BATCH) {
                lookUp(reader, addresses, from, homes);
            }
            rates[round] = perSecond(LOOKUPS, System.nanoTime() - start);
        }
        Arrays.sort(rates);
        return rates[ROUNDS / 2];
    }

    private void lookUp(FibReader reader, int[] addresses, int from, long[] homes) {
        reader.begin();
        for (int i = 0; i < BATCH; i++) {
            homes[i] = reader.home(0, addresses[from + i]);
        }
        sum += FibReader.touch(homes, BATCH);
        for (int i = 0; i < BATCH; i++) {
            ForwardingEntry entry = reader.atHome(homes[i], 0, addresses[from + i]);
            sum += (entry == null ? reader.lookup(0, addresses[from + i]) : entry).kind();
        }
        reader.end();
    }

    private double updates(ForwardingTable table, int hosts) {
        SplittableRandom random = new SplittableRandom(2);
        int count = Math.min(hosts * 10, 1_000_000);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            table.put(host(random.nextInt(hosts)), sites[random.nextInt(SITES)], 0);
        }
        return perSecond(count, System.nanoTime() - start);
    }

    private static double perSecond(long count, long nanos) {
        return count * 1e9 / nanos;
    }
}
