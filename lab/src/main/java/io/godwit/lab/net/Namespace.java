package io.godwit.lab.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network namespace of this run.
 *
 * @param name as {@code ip netns} knows it, e.g. {@code gw4711-cloud-a}
 */
public record Namespace(String name) {
    /** Makes it, with its loopback up. */
    public void create() {
        Shell.run("ip", "netns", "add", name);
        ip("link set lo up");
    }

    /** {@code ip} in this namespace; the arguments stand in one string, separated by spaces. */
    public String ip(String arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(Arrays.asList(arguments.split(" ", -1)));
        return Shell.run(command.toArray(String[]::new));
    }

    /** A shell command in this namespace. */
    public String sh(String command) {
        return Shell.run("ip", "netns", "exec", name, "sh", "-c", command);
    }

    /** The words that make a command run in this namespace. */
    public List<String> prefix() {
        return List.of("ip", "netns", "exec", name);
    }

    /** Forwards packets of both families. */
    public void forward() {
        sh("echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
    }

    /** Kills what runs in it and removes it. Nothing happens when it is gone already. */
    public void remove() {
        Shell.Outcome pids = Shell.attempt(List.of("ip", "netns", "pids", name));
        if (pids.exit() == 0) {
            pids.output()
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(Long::parseLong)
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            Shell.attempt(List.of("ip", "netns", "del", name));
        }
    }
}
