package io.godwit.xtr.ring;

import com.lmax.disruptor.Sequence;
import io.godwit.linux.Poller;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/** One direction: its source, its stages along the ring, and the threads that a plan gives them. */
public final class Pipeline implements AutoCloseable {
    public static final int ANY_CPU = -1;

    /**
     * What the threads of a direction run on.
     *
     * @param spins rounds without work before a thread sleeps
     * @param pollers makes a poller without descriptors for each thread after the first
     * @param tapPoint where taps look at the packets of the source; the stages' are beside it
     * @param cpus gives each thread the processor to be bound to, or {@link #ANY_CPU}
     */
    public record Environment(
            ThreadPlan plan,
            int spins,
            Supplier<Poller> pollers,
            NanoClock clock,
            Counters counters,
            TapPoint tapPoint,
            IntSupplier cpus) {}

    private final PacketRing ring;
    private final List<Hop> hops = new ArrayList<>();
    private @Nullable Hop whole;
    private final List<DataThread> threads = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final Section head;

    /**
     * @param stages 2, 3 and 4
     * @param onePass does what all of them do, for a thread that drives them all; null when there is no such thing
     * @param first drives the source and the stages up to where the plan starts another thread, maybe besides another direction's; its poller
     *     waits for the source's descriptors. It is started, and stopped, with the pipeline.
     * @param clock the source's, updated once a loop
     */
    public Pipeline(
            String name,
            Environment environment,
            PacketRing ring,
            Source source,
            List<? extends Stage> stages,
            @Nullable Stage onePass,
            DataThread first,
            CoarseClock clock) {
        Preload.classes();
        this.ring = ring;
        Sequence before = ring.published();
        for (Stage stage : stages) {
            Hop hop = new Hop(
                    ring,
                    stage,
                    before,
                    environment.counters().newBlock(),
                    environment.tapPoint().at(hops.size() + 2),
                    hops.size() == stages.size() - 1);
            hops.add(hop);
            before = hop.done();
        }
        ring.gateOn(before);
        int from = 0;
        for (int to = 1; to <= hops.size(); to++) {
            if (to == hops.size() || environment.plan().startsThread(to + 2)) {
                List<Hop> driven = hops.subList(from, to);
                if (from == 0) {
                    add(first, head(source, driven, onePass, environment, clock));
                } else {
                    String threadName = "godwit-" + name + "-" + (threads.size() + 1);
                    CoarseClock own = new CoarseClock(environment.clock());
                    add(further(threadName, environment), new Section(null, driven, null, own));
                }
                from = to;
            }
        }
        head = sections.getFirst();
    }

    private Section head(
            Source source, List<Hop> driven, @Nullable Stage onePass, Environment environment, CoarseClock clock) {
        boolean all = driven.size() == hops.size();
        return new Section(source, driven, all ? atOnce(onePass, environment) : null, clock);
    }

    private @Nullable Hop atOnce(@Nullable Stage onePass, Environment environment) {
        if (onePass == null) {
            return null;
        }
        Hop hop = new Hop(
                ring,
                onePass,
                ring.published(),
                environment.counters().newBlock(),
                environment.tapPoint().at(hops.size() + 1),
                true);
        whole = hop;
        return hop;
    }

    private static DataThread further(String name, Environment environment) {
        return new DataThread(
                name,
                environment.pollers().get(),
                environment.spins(),
                environment.cpus().getAsInt(),
                environment.clock());
    }

    private void add(DataThread thread, Section section) {
        if (!sections.isEmpty()) {
            sections.getLast().handOverTo(thread);
        }
        thread.drive(section);
        threads.add(thread);
        sections.add(section);
    }

    public void start() {
        threads.forEach(DataThread::start);
    }

    /** Instead of {@link #start}: one round of what the first thread does for this direction, on the calling one. Returns its work, 0 when there was none. */
    public int runOnce() {
        return head.runOnce();
    }

    /** Wakes the thread of stages 1 and 2. From any thread. */
    public void wake() {
        threads.getFirst().wake();
    }

    /** From any thread: for a moment its packets do not wait for processors. */
    public void hurry() {
        for (int i = 0; i < threads.size(); i++) {
            threads.get(i).hurry();
        }
    }

    public List<String> threadNames() {
        List<String> names = new ArrayList<>(threads.size());
        for (DataThread thread : threads) {
            names.add(thread.name());
        }
        return names;
    }

    /** The last exception that a stage threw, if any did: a defect. */
    public Optional<RuntimeException> defect() {
        for (Hop hop : hops) {
            Optional<RuntimeException> defect = Optional.ofNullable(hop.defect());
            if (defect.isPresent()) {
                return defect;
            }
        }
        return Optional.ofNullable(whole == null ? null : whole.defect());
    }

    /** Stops and joins the threads. */
    @Override
    public void close() {
        threads.forEach(DataThread::stop);
        try {
            for (DataThread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            // Leaving the memory to the process is better than pulling it away from under a running thread.
            Thread.currentThread().interrupt();
            return;
        }
        ring.close();
    }
}
