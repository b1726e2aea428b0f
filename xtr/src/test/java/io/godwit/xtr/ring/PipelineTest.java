package io.godwit.xtr.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Poller;
import io.godwit.linux.ThreadAffinity;
import io.godwit.linux.fake.FakeNetwork;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.Counters;
import io.godwit.xtr.observe.DropReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class PipelineTest {
    private final FakeNetwork network = new FakeNetwork(new FakeUnderlay());
    private final Counters counters = new Counters();
    private final PacketRing ring = new PacketRing();
    private int cpu = Pipeline.ANY_CPU;

    /** Publishes packets with rising lengths as fast as the ring takes them. */
    private class Numbers implements Source {
        private final PacketRing ring;
        private final int limit;
        private final int batch;
        private int next;

        Numbers(int limit) {
            this(PipelineTest.this.ring, limit);
        }

        Numbers(PacketRing ring, int limit) {
            this(ring, limit, RingLayout.BATCH);
        }

        Numbers(PacketRing ring, int limit, int batch) {
            this.ring = ring;
            this.limit = limit;
            this.batch = batch;
        }

        @Override
        public int descriptors() {
            return 0;
        }

        @Override
        public int poll() {
            int count = Math.min(limit - next, batch);
            if (count == 0 || !ring.hasRoom(count)) {
                return 0;
            }
            for (int i = 0; i < count; i++) {
                ring.slot(ring.next() + i).arrived(next++);
            }
            ring.publish(count);
            return count;
        }

        @Override
        public boolean hasWork() {
            return next < limit;
        }

        @Override
        public boolean isFailing() {
            return false;
        }

        @Override
        public void tick() {}

        @Override
        public int idleMillis() {
            return -1;
        }
    }

    private Pipeline pipeline(ThreadPlan plan, Source source, Stage... stages) {
        return pipeline(plan, thread(), ring, source, stages);
    }

    private DataThread thread() {
        return new DataThread("test-1", network.poller(List.of()), 0, cpu, SystemNanoClock.INSTANCE);
    }

    private Pipeline pipeline(ThreadPlan plan, DataThread first, PacketRing ring, Source source, Stage... stages) {
        Pipeline.Environment environment = new Pipeline.Environment(
                plan,
                0,
                () -> network.poller(List.of()),
                SystemNanoClock.INSTANCE,
                counters,
                new TapPoint(new Taps(), SystemNanoClock.INSTANCE, 0, 1),
                () -> cpu);
        CoarseClock clock = new CoarseClock(SystemNanoClock.INSTANCE);
        return new Pipeline("test", environment, ring, source, List.of(stages), null, first, clock);
    }

    /** Says once that the second of its sources became readable. */
    private static final class SecondReadable implements Poller {
        private final Semaphore woken = new Semaphore(0);
        private final AtomicInteger ignored = new AtomicInteger();
        private int readable = -1;
        private boolean told;

        @Override
        public boolean await(int timeoutMillis) {
            readable = told ? -1 : 1;
            if (told) {
                woken.acquireUninterruptibly();
            }
            told = true;
            return true;
        }

        @Override
        public int readable() {
            return readable;
        }

        @Override
        public void ignore() {
            ignored.incrementAndGet();
        }

        @Override
        public void wakeUp() {
            woken.release();
        }

        @Override
        public void close() {
            // Nothing open.
        }
    }

    /** Has nothing, and notes when it is asked. */
    private record Silent(String name, BlockingQueue<String> asked) implements Source {
        @Override
        public int descriptors() {
            return 1;
        }

        @Override
        public int poll() {
            asked.add(name);
            return 0;
        }

        @Override
        public boolean hasWork() {
            return false;
        }

        @Override
        public boolean isFailing() {
            return false;
        }

        @Override
        public void tick() {
            // No timers.
        }

        @Override
        public int idleMillis() {
            return -1;
        }
    }

    /** Has one packet, and notes when it is asked. */
    private final class One extends Numbers {
        private final BlockingQueue<String> asked;

        One(BlockingQueue<String> asked) {
            super(1);
            this.asked = asked;
        }

        @Override
        public int descriptors() {
            return 1;
        }

        @Override
        public int poll() {
            asked.add("one");
            return super.poll();
        }
    }

    @Test
    void shouldNotLookAgainAfterAPacketThatComesAlone() throws InterruptedException {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        DataThread thread = new DataThread("test-1", new SecondReadable(), 0, cpu, SystemNanoClock.INSTANCE);
        Stage nothing = (r, first, last) -> {};
        try (Pipeline out = pipeline(ThreadPlan.SINGLE, thread, new PacketRing(), new Silent("none", asked), nothing);
                Pipeline in = pipeline(ThreadPlan.SINGLE, thread, ring, new One(asked), nothing)) {
            out.start();
            in.start();
            List<String> order = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                order.add(Objects.requireNonNull(asked.poll(1, TimeUnit.MINUTES), "a look"));
            }
            assertThat(order).containsExactly("none", "one", "one", "none");
        }
    }

    @Test
    void shouldLookFirstWhereSomethingBecameReadable() throws InterruptedException {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        DataThread thread = new DataThread("test-1", new SecondReadable(), 0, cpu, SystemNanoClock.INSTANCE);
        Stage nothing = (r, first, last) -> {};
        try (Pipeline out = pipeline(ThreadPlan.SINGLE, thread, ring, new Silent("out", asked), nothing);
                Pipeline in = pipeline(ThreadPlan.SINGLE, thread, new PacketRing(), new Silent("in", asked), nothing)) {
            out.start();
            in.start();
            List<String> order = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                order.add(Objects.requireNonNull(asked.poll(1, TimeUnit.MINUTES), "a look"));
            }
            assertThat(order).containsExactly("out", "in", "in", "out");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ThreadPlan.class,
            names = {"INLINE", "DEDICATED"})
    @EnabledIfSystemProperty(named = "user.name", matches = "root", disabledReason = "real-time priority takes root")
    void shouldHurryForAMoment(ThreadPlan plan) throws InterruptedException {
        Semaphore urgent = new Semaphore(0);
        Stage look = (r, first, last) -> {
            if (isUrgent()) {
                urgent.release();
            }
        };
        Stage nothing = (r, first, last) -> {};
        try (Pipeline pipeline = pipeline(plan, new Numbers(ring, Integer.MAX_VALUE, 1), nothing, nothing, look)) {
            pipeline.start();
            assertThat(urgent.tryAcquire(10, TimeUnit.MILLISECONDS)).isFalse();
            boolean was = false;
            // The thread may not have begun; and one that is busy all the time has its moment again and again.
            for (int i = 0; i < 1_000 && !was; i++) {
                pipeline.hurry();
                was = urgent.tryAcquire(10, TimeUnit.MILLISECONDS);
            }
            assertThat(was).isTrue();
        }
    }

    /** The policy of the calling thread, field 41 of proc_pid_stat(5), is SCHED_RR. */
    private static boolean isUrgent() {
        try {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[38].equals("2");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadPlan.class)
    void shouldTakeEachPacketThroughAllStagesInOrder(ThreadPlan plan) {
        int packets = 20_000;
        AtomicInteger seen = new AtomicInteger();
        Stage plusOne = (r, first, last) -> {
            assertThat(last - first).isLessThan(RingLayout.BATCH);
            for (long i = first; i <= last; i++) {
                r.slot(i).flowHash = r.slot(i).length + 1;
            }
        };
        Stage twice = (r, first, last) -> {
            for (long i = first; i <= last; i++) {
                r.slot(i).ttl = r.slot(i).flowHash * 2;
            }
        };
        Stage check = (r, first, last) -> {
            for (long i = first; i <= last; i++) {
                if (r.slot(i).ttl == (seen.get() + 1) * 2) {
                    seen.incrementAndGet();
                }
            }
        };
        try (Pipeline pipeline = pipeline(plan, new Numbers(packets), plusOne, twice, check)) {
            int threads = plan == ThreadPlan.PAIRED ? 2 : plan == ThreadPlan.DEDICATED ? 3 : 1;
            assertThat(pipeline.threadNames()).hasSize(threads);
            pipeline.start();
            long deadline = System.nanoTime() + 30_000_000_000L;
            while (seen.get() < packets && System.nanoTime() < deadline) {
                LockSupport.parkNanos(20_000);
            }
            assertThat(seen.get()).isEqualTo(packets);
        }
    }

    @Test
    void shouldGiveUpABatchAndNotTheThreadWhenAStageHasADefect() {
        AtomicInteger passed = new AtomicInteger();
        Stage defective = (r, first, last) -> {
            if (r.slot(first).length < RingLayout.BATCH) {
                throw new IllegalStateException("defect");
            }
        };
        Stage count = (r, first, last) -> {
            for (long i = first; i <= last; i++) {
                passed.addAndGet(r.slot(i).verdict == PacketSlot.NEW ? 1 : 0);
            }
        };
        Pipeline pipeline = pipeline(ThreadPlan.INLINE, new Numbers(2 * RingLayout.BATCH), defective, count);
        try (pipeline) {
            pipeline.start();
            while (passed.get() < RingLayout.BATCH) {
                LockSupport.parkNanos(20_000);
            }
            assertThat(counters.sum(Counter.INTERNAL_ERRORS)).isOne();
            assertThat(counters.sum(DropReason.INTERNAL_ERROR)).isEqualTo(RingLayout.BATCH);
            assertThat(pipeline.defect()).get().hasToString("java.lang.IllegalStateException: defect");
        }
    }

    @Test
    void shouldShareAThreadWithAnotherDirection() {
        int packets = 5_000;
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger one = new AtomicInteger();
        AtomicInteger other = new AtomicInteger();
        DataThread both = thread();
        PacketRing otherRing = new PacketRing();
        Pipeline first = pipeline(ThreadPlan.SINGLE, both, ring, new Numbers(packets), counting(one, threads));
        Pipeline second =
                pipeline(ThreadPlan.SINGLE, both, otherRing, new Numbers(otherRing, packets), counting(other, threads));
        try (first;
                second) {
            first.start();
            second.start();
            while (one.get() < packets || other.get() < packets) {
                LockSupport.parkNanos(20_000);
            }
            assertThat(threads).hasSize(1);
            assertThat(first.threadNames()).isEqualTo(second.threadNames());
        }
    }

    private static Stage counting(AtomicInteger packets, Set<Thread> threads) {
        return (r, from, to) -> {
            threads.add(Thread.currentThread());
            packets.addAndGet((int) (to - from) + 1);
        };
    }

    @Test
    void shouldRunItsThreadsWhereItIsTold() {
        cpu = ThreadAffinity.availableCpus().getLast();
        AtomicReference<List<Integer>> seen = new AtomicReference<>();
        Stage look = (r, first, last) -> seen.set(ThreadAffinity.availableCpus());
        try (Pipeline pipeline = pipeline(ThreadPlan.INLINE, new Numbers(1), look)) {
            pipeline.start();
            while (seen.get() == null) {
                LockSupport.parkNanos(20_000);
            }
            assertThat(seen.get()).containsExactly(cpu);
        }
    }

    @Test
    void shouldLetPacketsGatherThatComeFast() {
        int packets = 500;
        int batch = 10;
        AtomicInteger seen = new AtomicInteger();
        Stage count = (r, first, last) -> seen.addAndGet((int) (last - first + 1));
        SecondReadable poller = new SecondReadable();
        DataThread thread = new DataThread("test-1", poller, 0, cpu, () -> 0);
        long start = System.nanoTime();
        try (Pipeline pipeline = pipeline(ThreadPlan.SINGLE, thread, ring, new Numbers(ring, packets, batch), count)) {
            pipeline.start();
            while (seen.get() < packets) {
                LockSupport.parkNanos(20_000);
            }
        }
        long roundsBeforeTheRateIsKnown = 2;
        long rests = packets / batch - roundsBeforeTheRateIsKnown;
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(TimeUnit.MICROSECONDS.toNanos(rests * Moderation.REST_MICROS));
        assertThat(poller.ignored).hasValueGreaterThanOrEqualTo((int) rests);
    }

    @Test
    void shouldChooseThePlanByTheProcessors() {
        assertThat(ThreadPlan.forCpus(1)).isEqualTo(ThreadPlan.SINGLE);
        assertThat(ThreadPlan.forCpus(2)).isEqualTo(ThreadPlan.SINGLE);
        assertThat(ThreadPlan.forCpus(3)).isEqualTo(ThreadPlan.INLINE);
        assertThat(ThreadPlan.forCpus(8)).isEqualTo(ThreadPlan.PAIRED);
        assertThat(ThreadPlan.forOwnCpus(1)).isEqualTo(ThreadPlan.SINGLE);
        assertThat(ThreadPlan.forOwnCpus(2)).isEqualTo(ThreadPlan.INLINE);
    }
}
