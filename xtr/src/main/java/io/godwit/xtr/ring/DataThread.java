package io.godwit.xtr.ring;

import io.godwit.linux.Hurry;
import io.godwit.linux.Poller;
import io.godwit.linux.ThreadAffinity;
import io.godwit.linux.ThreadPriority;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * Drives sections in turns: works until all are dry, spins for a while if told to, then sleeps in its poller. One that does not spin rests now and then while
 * packets come fast ({@link Rests}).
 */
public final class DataThread implements Runnable {
    private static final int FAILING_PAUSE_MILLIS = 10;
    /** A guest pauses for less, mostly: from when it stops here, or is awaited here, until it runs. */
    private static final long HURRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** What was parked for hosts that moved goes out in less. */
    private static final long HURRIED_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Thread thread;
    private final Poller poller;
    private final int spins;
    private final int cpu;
    private final NanoClock clock;
    /** Of one that does not spin. */
    private final Hurry hurry;

    private Section[] sections = {};
    private volatile boolean running = true;
    private volatile boolean asleep;
    private boolean started;
    private boolean joined;
    private int idleRounds;
    /** Has its turn first: a packet that woke us does not wait for a look where there is none. */
    private int first;

    /**
     * @param poller waits for the descriptors of all sources it is going to drive, in the order of their sections; closed with the thread
     * @param spins rounds without work before sleeping; {@link Integer#MAX_VALUE} never sleeps
     * @param cpu the processor to run on, or {@link Pipeline#ANY_CPU}
     * @param clock tells how fast packets come
     */
    public DataThread(String name, Poller poller, int spins, int cpu, NanoClock clock) {
        this.cpu = cpu;
        this.clock = clock;
        this.hurry = new Hurry(clock::nanoTime, HURRY_NANOS, HURRIED_NANOS);
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this);
        this.poller = poller;
        this.spins = spins;
    }

    /** One more to drive; before {@link #start}. */
    void drive(Section section) {
        Section[] more = new Section[sections.length + 1];
        System.arraycopy(sections, 0, more, 0, sections.length);
        more[sections.length] = section;
        sections = more;
    }

    /** Does nothing when it has been started for another direction. */
    void start() {
        if (!started) {
            started = true;
            thread.start();
        }
    }

    public String name() {
        return thread.getName();
    }

    @Override
    public void run() {
        if (cpu != Pipeline.ANY_CPU) {
            ThreadAffinity.pin(cpu);
        }
        // Packets do not wait for guests and compilers. One that never sleeps has a processor to itself, or must leave
        // others their share.
        if (spins == 0) {
            hurry.begin();
        } else if (spins < Integer.MAX_VALUE) {
            ThreadPriority.prefer();
        }
        try (Rests rests = new Rests(poller, clock, spins == 0 && cpu == Pipeline.ANY_CPU)) {
            while (running) {
                runOnce(rests);
            }
        }
    }

    private void runOnce(Rests rests) {
        if (hurry.isOn()) {
            hurry.review();
        }
        int arrivals = 0;
        boolean worked = false;
        int drySections = 0;
        for (int i = 0; i < sections.length; i++) {
            Section section = sections[(first + i) % sections.length];
            int work = section.runOnce();
            arrivals += section.arrivals();
            worked |= work > 0;
            drySections = work > 0 ? 0 : drySections + 1;
        }
        if (!worked) {
            idle(rests);
            return;
        }
        idleRounds = 0;
        // One that spins was given processors to be quick.
        if (spins > 0) {
            return;
        }
        boolean rested = rests.takenAfter(arrivals);
        boolean done = drySections == sections.length - 1 || rests.isTrickle();
        if (!rested && done && !isFailing()) {
            // Nothing came from another section after its turn, or packets are few, and the poller tells of those at
            // once. To look again would keep a processor from the thread that was just woken, here or elsewhere.
            sleep(rests);
        }
    }

    private void idle(Rests rests) {
        if (idleRounds < spins) {
            idleRounds++;
            Thread.onSpinWait();
            return;
        }
        if (isFailing()) {
            pause();
        }
        sleep(rests);
    }

    private void sleep(Rests rests) {
        asleep = true;
        // Looked at again after asleep is visible: whoever brings work after this look sees asleep and wakes us.
        if (!hasWork()) {
            poller.await(rests.limit(idleMillis()));
            first = sectionOf(poller.readable());
        }
        asleep = false;
    }

    private int sectionOf(int source) {
        int end = 0;
        for (int i = 0; i < sections.length; i++) {
            end += sections[i].descriptors();
            if (source < end) {
                return i;
            }
        }
        return 0;
    }

    /** A device that somebody deleted stays readable: without a pause it would take the whole processor. */
    private static void pause() {
        try {
            Thread.sleep(FAILING_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isFailing() {
        for (Section section : sections) {
            if (section.isFailing()) {
                return true;
            }
        }
        return false;
    }

    private boolean hasWork() {
        for (Section section : sections) {
            if (section.hasWork()) {
                return true;
            }
        }
        return !running;
    }

    /** Until the first timer of all is due, -1 for never. */
    private int idleMillis() {
        int first = -1;
        for (Section section : sections) {
            int millis = section.idleMillis();
            first = millis >= 0 && (first < 0 || millis < first) ? millis : first;
        }
        return first;
    }

    /** From any thread, after work for this one has been published. Costs a system call only when it sleeps. */
    public void wake() {
        VarHandle.fullFence();
        if (asleep) {
            poller.wakeUp();
        }
    }

    /** From any thread: packets of a host that moves are coming, and do not wait for a processor. */
    void hurry() {
        hurry.ask();
    }

    void stop() {
        running = false;
        if (!joined) {
            poller.wakeUp();
        }
    }

    /** After {@link #stop}; closes the poller. The second of two directions that share it finds nothing left to do. */
    void join() throws InterruptedException {
        if (joined) {
            return;
        }
        if (thread.isAlive()) {
            thread.join();
        }
        joined = true;
        poller.close();
    }
}
