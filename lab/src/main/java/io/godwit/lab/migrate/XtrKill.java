package io.godwit.lab.migrate;

import io.godwit.cli.client.ManagementException;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.ConfigFiles;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Subnet;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Node;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** An xTR is killed midway through a move, without a last word, and started again at once. */
final class XtrKill {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration END = Duration.ofSeconds(5);
    /** Its EIDs. */
    private static final List<String> GUEST = List.of(Subnet.VMS.host4() + "/32", Subnet.VMS.host6() + "/128");

    /** Of the move. */
    enum Moment {
        COPYING("while memory is copied"),
        STOPPED("when the guest has stopped");

        private final String text;

        Moment(String text) {
            this.text = text;
        }
    }

    /**
     * @param runningNanos when there was a process again that had its TUN: what is lost of later packets is not lost by the kill
     * @param downMillis from the kill until its management API answers
     * @param killedNanos {@link System#nanoTime} of the kill
     * @param waitedNanos since when packets may have waited in the process: the guest's stop, when that was before the kill
     * @param agreedMillis from then until both xTRs and the map-server say that the guest is where it is; -1 when they do not in half a minute
     */
    record Outcome(
            Host victim,
            long killedNanos,
            long waitedNanos,
            long runningNanos,
            double downMillis,
            double agreedMillis) {}

    private final Lab lab;
    private final Host victim;
    private final Moment moment;
    private final Host source;
    private final Host destination;
    private long killedNanos;
    private long killedMillis;
    private volatile long runningNanos;
    private Thread running = Thread.currentThread();

    private XtrKill(Lab lab, Host victim, Moment moment, Host source, Host destination) {
        this.lab = lab;
        this.victim = victim;
        this.moment = moment;
        this.source = source;
        this.destination = destination;
    }

    /** Every four moves, each of both xTRs at each of both moments. */
    static XtrKill of(Lab lab, int number, Host source, Host destination) {
        return new XtrKill(
                lab,
                number % 2 == 1 ? source : destination,
                (number - 1) / 2 % 2 == 0 ? Moment.COPYING : Moment.STOPPED,
                source,
                destination);
    }

    boolean isDue(Qemu leaves) {
        return moment == Moment.COPYING
                ? leaves.saw("MIGRATION", "active")
                : leaves.event("STOP").isPresent();
    }

    void strike(Migration migration) {
        migration.note("the xTR of " + victim.title() + " is killed " + moment.text);
        killedNanos = System.nanoTime();
        killedMillis = System.currentTimeMillis();
        Node node = lab.daemons().node(victim);
        node.signal("KILL");
        if (!node.await(END)) {
            throw new LabException("the xTR of " + victim.title() + " cannot be killed");
        }
        lab.daemons().start(victim);
        running = Thread.ofPlatform().start(() -> {
            Waiting.until(PATIENCE, this::hasTun, () -> {});
            runningNanos = System.nanoTime();
        });
    }

    /** The kernel has taken the TUN away with the process that had it. */
    private boolean hasTun() {
        try {
            return lab.topology().of(victim).sh("cat /proc/net/dev").contains(ConfigFiles.TUN + ":");
        } catch (LabException e) {
            return false;
        }
    }

    private long runningNanos() {
        try {
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return runningNanos;
    }

    /** Waits until it is there again, and until everybody knows where the guest is. */
    Outcome aftermath(Migration migration) {
        lab.daemons().awaitAnswer(victim);
        long up = System.nanoTime();
        double down = (up - killedNanos) / 1e6;
        long runs = runningNanos();
        migration.note("its TUN was there after %.0f ms".formatted((runs - killedNanos) / 1e6));
        migration.note("it answers again after %.0f ms".formatted(down));
        boolean[] agreed = {true};
        Waiting.until(PATIENCE, this::isAgreed, () -> agreed[0] = false);
        double after = agreed[0] ? (System.nanoTime() - up) / 1e6 : -1;
        migration.note(
                agreed[0]
                        ? "xTRs and map-server agree %.0f ms later".formatted(after)
                        : "xTRs and map-server DISAGREE: " + states());
        return new Outcome(victim, killedNanos, waitedNanos(migration), runs, down, after);
    }

    private long waitedNanos(Migration migration) {
        long waited = killedMillis * 1_000 - migration.stopMicros();
        return killedNanos - Math.max(0, waited) * 1_000;
    }

    private boolean isAgreed() {
        try {
            return GUEST.stream().allMatch(this::isAgreed);
        } catch (ManagementException e) {
            return false;
        }
    }

    private boolean isAgreed(String eid) {
        return state(destination, eid).equals("local")
                && !state(source, eid).equals("local")
                && registered(eid)
                        .equals(lab.configs().addresses(destination).stream()
                                .sorted()
                                .toList());
    }

    private String states() {
        return GUEST.stream().map(this::states).collect(Collectors.joining("; "));
    }

    private String states(String eid) {
        return eid + ": " + source.title() + " " + state(source, eid) + ", " + destination.title() + " "
                + state(destination, eid) + ", registered at " + registered(eid);
    }

    private String state(Host cloud, String eid) {
        return rows(lab.daemons().management(cloud).get("/v1/database"))
                .filter(row -> row.path("eid").asString("").equals(eid))
                .map(row -> row.path("state").asString(""))
                .findFirst()
                .orElse("absent");
    }

    private List<String> registered(String eid) {
        JsonNode answer = lab.daemons().management(Host.MAP_SERVER).get("/v1/registrations");
        return rows(answer.path("registrations"))
                .filter(row -> row.path("eid").asString("").equals(eid))
                .flatMap(row -> rows(row.path("locators")))
                .map(locator -> locator.path("address").asString(""))
                .sorted()
                .toList();
    }

    private static Stream<JsonNode> rows(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
