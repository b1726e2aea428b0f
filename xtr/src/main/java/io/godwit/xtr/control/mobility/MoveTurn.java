package io.godwit.xtr.control.mobility;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Moves that happen together, and what follows from them, in the order in which packets wait for it: data plane; routes of hosts that leave;
 * the word to other xTRs, which forward to where a host was; routes of hosts that nobody awaited, whose packets are parked until then; and
 * what the rest is told.
 */
final class MoveTurn {
    private final Consumer<Runnable> dataPlane;
    private final Consumer<Runnable> peers;
    private final ArrayDeque<Runnable> departures = new ArrayDeque<>();
    private final ArrayDeque<Runnable> news = new ArrayDeque<>();
    private final ArrayDeque<Runnable> arrivals = new ArrayDeque<>();
    private final ArrayDeque<Runnable> afterwards = new ArrayDeque<>();
    private boolean running;

    /**
     * @param dataPlane runs changes of many entries
     * @param peers runs what peers are to know, and tells them
     */
    MoveTurn(Consumer<Runnable> dataPlane, Consumer<Runnable> peers) {
        this.dataPlane = dataPlane;
        this.peers = peers;
    }

    /** Within another turn {@code moves} are part of that one. */
    void run(Runnable moves) {
        if (running) {
            moves.run();
            return;
        }
        try {
            peers.accept(() -> move(moves));
        } finally {
            dataPlane.accept(() -> runAll(arrivals));
            runAll(afterwards);
        }
    }

    private void move(Runnable moves) {
        running = true;
        try {
            dataPlane.accept(moves);
        } finally {
            running = false;
            runAll(departures);
            runAll(news);
        }
    }

    private static void runAll(ArrayDeque<Runnable> queue) {
        for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
            next.run();
        }
    }

    /** Takes routes of a host away. */
    void departure(Runnable step) {
        departures.add(step);
    }

    /** Says what peers do not know yet. */
    void news(Runnable step) {
        news.add(step);
    }

    /** Gives a host routes. */
    void arrival(Runnable step) {
        arrivals.add(step);
    }

    /** Does what packets do not wait for. */
    void afterwards(Runnable step) {
        afterwards.add(step);
    }
}
