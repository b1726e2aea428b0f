package io.godwit.bench.mapping;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.state.StateDirectory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How long a map-server that was killed takes to answer correctly again: from the start of its Java virtual machine to the first proxy reply,
 * with what its state directory holds. Each run is a process of its own, so that nothing is warm but the files.
 */
public final class Restart {
    private static final int PORT = 4342;
    private static final int HEAP_MEGABYTES = 1024;
    private static final int EIDS_A_MEGABYTE = 5_000;

    private Restart() {}

    /** Seconds, with so many registrations. */
    static double seconds(int eids) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("godwit-bench-restart");
        try {
            child("load", eids, folder);
            return Double.parseDouble(child("restart", eids, folder));
        } finally {
            JavaProcess.delete(folder);
        }
    }

    private static String child(String what, int eids, Path folder) throws IOException, InterruptedException {
        Process process = JavaProcess.start(
                Restart.class,
                "-Xmx" + (HEAP_MEGABYTES + eids / EIDS_A_MEGABYTE) + "m",
                List.of(what, Integer.toString(eids), folder.toString()));
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the " + what + " of " + eids + " registrations failed: " + said);
        }
        return said.lines().reduce("", (before, line) -> line);
    }

    /** The other process: {@code load} or {@code restart}, how many EIDs, the folder. Ends without taking leave, as when killed. */
    public static void main(String[] arguments) {
        int eids = Integer.parseInt(arguments[1]);
        Path folder = Path.of(arguments[2]);
        if (arguments[0].equals("load")) {
            load(eids, folder);
        } else {
            restart(eids, folder);
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    /** Writes what a map-server keeps, without its audit log: 32 million changes take six gigabytes of that. */
    private static void load(int eids, Path folder) {
        StepTimers timers = new StepTimers();
        StateDirectory[] state = new StateDirectory[1];
        MappingDatabase database = new MappingDatabase(
                MappingDatabase.MAX_CAPACITY, timers.nanoTime(), change -> state[0].write(change.mapping()));
        state[0] = StateDirectory.open(folder, Bed.sites(), database, timers);
        Bed.fill(database, eids, timers);
        if (database.size() != eids) {
            throw new IllegalStateException(database.size() + " registrations instead of " + eids);
        }
    }

    private static void restart(int eids, Path folder) {
        Bed bed = new Bed(folder);
        Messages messages = new Messages();
        int length = messages.request(7, eids - 1, Messages.itr(0), PORT);
        bed.transport.deliver(messages.buffer(), 0, length, new Endpoint(Messages.itr(0), PORT));
        bed.check(1, bed.transport.sent(), "Map-Replies");
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.printf(Locale.ROOT, "%n%.3f%n", (System.currentTimeMillis() - started) / 1e3);
        bed.check(eids, bed.server.database().size(), "registrations");
    }
}
