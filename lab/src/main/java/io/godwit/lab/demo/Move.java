package io.godwit.lab.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One move, as a live migration goes: the destination prepares, the guest is paused, the source switches, the guest's network card appears at
 * the destination, the guest runs again and its hypervisor announces it. The destination's xTR notices and commits.
 */
final class Move {
    /** What the harness did. */
    record Step(String name, long nanoTime, String text) {}

    private final int number;
    private final Host source;
    private final Host destination;
    private final Daemons daemons;
    private final ConfigFiles configs;
    private final List<Step> steps = new ArrayList<>();
    private long startEpochMillis;
    private long start;
    private long paused;
    private long resumed;

    Move(int number, Host source, Host destination, Daemons daemons, ConfigFiles configs) {
        this.number = number;
        this.source = source;
        this.destination = destination;
        this.daemons = daemons;
        this.configs = configs;
    }

    void run(Topology topology, Traffic traffic) {
        startEpochMillis = System.currentTimeMillis();
        start = System.nanoTime();
        signal(destination, "prepare", "from", source);
        step("prepare", destination.title() + " expects the VM");
        traffic.guest().pause();
        paused = System.nanoTime();
        step("pause", "the guest is frozen");
        signal(source, "switch", "to", destination);
        step("switch", source.title() + " sends everything for the VM on to " + destination.title());
        topology.cable().unpatch(source);
        topology.cable().patch(destination);
        step("plug", "the VM's network card is in " + destination.title());
        traffic.announce();
        traffic.guest().resume();
        resumed = System.nanoTime();
        step("resume", "the guest runs again, %.0f ms after it was frozen".formatted(pauseMillis()));
    }

    private void signal(Host xtr, String phase, String preposition, Host other) {
        for (String eid : List.of(Subnet.VMS.host4(), Subnet.VMS.host6())) {
            daemons.management(xtr)
                    .post("/v1/moves", Map.of("eid", eid, "phase", phase, preposition, configs.addresses(other)));
        }
    }

    private void step(String name, String text) {
        steps.add(new Step(name, System.nanoTime(), text));
    }

    int number() {
        return number;
    }

    String title() {
        return source.title() + " -> " + destination.title();
    }

    List<Step> steps() {
        return steps;
    }

    long start() {
        return start;
    }

    long startEpochMillis() {
        return startEpochMillis;
    }

    double offsetMillis(long nanoTime) {
        return (nanoTime - start) / 1e6;
    }

    /** From freezing the guest to letting it run. */
    double pauseMillis() {
        return (resumed - paused) / 1e6;
    }
}
