package io.godwit.xtr.ring;

import io.godwit.linux.Poller;
import io.godwit.linux.ThreadAffinity;
import io.godwit.xtr.observe.CoarseClock;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drives a source and some stages, or stages only: works until dry, spins for a while if told to, then sleeps in its poller. */
public final class DataThread implements Runnable {
    private static final int FAILING_PAUSE_MILLIS = 10;

    private final Thread thread;
    private final @Nullable Source source;
    private final Hop[] hops;
    /** Does what all of {@link #hops} do. */
    private final @Nullable Hop atOnce;

    private final Poller poller;
    private final CoarseClock clock;
    private final int spins;
    private final int cpu;
    private volatile boolean running = true;
    private volatile boolean asleep;
    private int idleRounds;

    /**
     * @param atOnce does what all of {@code hops} do, while nobody looks at the packets between them
     * @param spins rounds without work before sleeping; {@link Integer#MAX_VALUE} never sleeps
     * @param cpu the processor to run on, or {@link Pipeline#ANY_CPU}
     */
    DataThread(
            String name,
            @Nullable Source source,
            List<Hop> hops,
            @Nullable Hop atOnce,
            Poller poller,
            CoarseClock clock,
            int spins,
            int cpu) {
        this.cpu = cpu;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this);
        this.source = source;
        this.hops = hops.toArray(Hop[]::new);
        this.atOnce = atOnce;
        this.poller = poller;
        this.clock = clock;
        this.spins = spins;
    }

    void start() {
        thread.start();
    }

    /** {@code next} drives the stage after our last one. */
    void handOverTo(DataThread next) {
        hops[hops.length - 1].handOverTo(next);
    }

    public String name() {
        return thread.getName();
    }

    @Override
    public void run() {
        if (cpu != Pipeline.ANY_CPU) {
            ThreadAffinity.pin(cpu);
        }
        while (running) {
            if (runOnce() > 0) {
                idleRounds = 0;
            } else {
                idle();
            }
        }
    }

    /** One round: timers, a batch from the source, and the stages until they are dry. */
    int runOnce() {
        clock.update();
        int work = 0;
        if (source != null) {
            source.tick();
            work = source.poll();
        }
        Hop whole = atOnce;
        if (whole == null) {
            return work + inSteps();
        }
        if (whole.isTapped()) {
            work += inSteps();
            whole.skipTo(hops[hops.length - 1].done().get());
            return work;
        }
        int done = untilDry(whole);
        if (done > 0) {
            for (Hop hop : hops) {
                hop.skipTo(whole.done().get());
            }
        }
        return work + done;
    }

    private int inSteps() {
        int work = 0;
        int round;
        do {
            round = 0;
            for (Hop hop : hops) {
                round += hop.run();
            }
            work += round;
        } while (round > 0);
        return work;
    }

    private static int untilDry(Hop hop) {
        int work = 0;
        int round;
        do {
            round = hop.run();
            work += round;
        } while (round > 0);
        return work;
    }

    private void idle() {
        if (idleRounds < spins) {
            idleRounds++;
            Thread.onSpinWait();
            return;
        }
        if (source != null && source.isFailing()) {
            pause();
        }
        asleep = true;
        // Looked at again after asleep is visible: whoever brings work after this look sees asleep and wakes us.
        if (!hasWork()) {
            poller.await(source == null ? -1 : source.idleMillis());
        }
        asleep = false;
    }

    /** A device that somebody deleted stays readable: without a pause it would take the whole processor. */
    private static void pause() {
        try {
            Thread.sleep(FAILING_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasWork() {
        for (Hop hop : hops) {
            if (hop.hasWork()) {
                return true;
            }
        }
        return !running || (source != null && source.hasWork());
    }

    /** From any thread, after work for this one has been published. Costs a system call only when it sleeps. */
    public void wake() {
        VarHandle.fullFence();
        if (asleep) {
            poller.wakeUp();
        }
    }

    void stop() {
        running = false;
        poller.wakeUp();
    }

    /** After {@link #stop}; closes the poller. */
    void join() throws InterruptedException {
        if (thread.isAlive()) {
            thread.join();
        }
        poller.close();
    }
}
