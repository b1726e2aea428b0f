package io.godwit.bench.mapping;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Operations per CPU-second of the map-server, in process: from the received datagram to the encoded answers. */
final class Rates {
    private static final int REQUESTS = 1 << 19;
    private final int rounds;

    /** @param rounds measured, after one that warms up; the median counts */
    Rates(int rounds) {
        this.rounds = rounds;
    }

    interface Round {
        double run();
    }

    private double median(Round round) {
        round.run();
        double[] scores = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            scores[i] = round.run();
        }
        Arrays.sort(scores);
        return scores[rounds / 2];
    }

    /** New registrations: records a CPU-second. */
    double registers(int eids, int records) {
        Datagrams registers = new Messages().registers(0, eids, records, 0);
        return median(() -> {
            Bed bed = new Bed();
            CpuClock clock = CpuClock.start();
            bed.deliver(registers);
            double score = clock.perCpuSecond(eids);
            bed.check(eids, bed.server.database().size(), "registrations");
            bed.check(registers.size(), bed.transport.sent(), "Map-Notifies");
            return score;
        });
    }

    /** Map-Requests in ECMs for registered EIDs, answered with proxy Map-Replies. */
    double requests(Bed loaded, int eids) {
        Datagrams requests = new Messages().requests(REQUESTS, eids);
        return median(() -> {
            long before = loaded.transport.sent();
            CpuClock clock = CpuClock.start();
            loaded.deliver(requests);
            double score = clock.perCpuSecond(requests.size());
            loaded.check(requests.size(), loaded.transport.sent() - before, "Map-Replies");
            return score;
        });
    }

    /** Moves of EIDs to other xTRs: the new one is answered, the old one and a subscriber told. */
    double moves(int eids) {
        Messages messages = new Messages();
        Datagrams registers = messages.registers(0, eids, 20, 0);
        Datagrams subscriptions = messages.confirmedSubscriptions(0, eids, 0);
        Datagrams moves = messages.registers(0, eids, 1, Messages.XTRS);
        return median(() -> {
            Bed bed = new Bed(StepTimers.slow()).deliver(registers).deliver(subscriptions);
            bed.check(eids, bed.server.subscriptions(), "subscriptions");
            long before = bed.transport.sent();
            CpuClock clock = CpuClock.start();
            bed.deliver(moves);
            double score = clock.perCpuSecond(eids);
            bed.check(eids, bed.server.counters().getOrDefault("moves", -1L), "moves");
            bed.check(3L * eids, bed.transport.sent() - before, "Map-Notifies");
            return score;
        });
    }

    /** Heap and direct memory in use after a collection. */
    static long usedOctets() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return direct + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
