package io.godwit.lab.migrate;

import io.godwit.lab.demo.Guests;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Topology;
import io.godwit.lab.net.Node;
import io.netty.channel.EventLoop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** QEMU, started by the lab: a process with two monitors, ours and the agent's. */
final class PlainQemu implements Hypervisors {
    private final Lab lab;
    private final GuestImage image;
    private final int packetsPerSecond;
    private final int announcements;
    private final EventLoop loop;
    private int processes;

    /** @param announcements RARPs that QEMU sends when the guest runs again */
    PlainQemu(Lab lab, GuestImage image, int packetsPerSecond, int announcements, EventLoop loop) {
        this.lab = lab;
        this.image = image;
        this.packetsPerSecond = packetsPerSecond;
        this.announcements = announcements;
        this.loop = loop;
    }

    @Override
    public void start() {}

    @Override
    public Qemu boot(Host cloud) {
        return process(cloud, List.of());
    }

    @Override
    public Migration migration(Qemu source, Host destination) {
        processes++;
        Path socket = lab.folder().resolve("migration-" + processes);
        Qemu target = process(destination, List.of("-incoming", "unix:" + socket));
        return new Migration(source, target, new QmpMover(source, target, socket, announcements));
    }

    /** Every process has sockets of its own. */
    private Qemu process(Host cloud, List<String> more) {
        String name = "qemu-" + cloud.label() + "-" + processes;
        List<String> command = new ArrayList<>(command(name));
        command.addAll(more);
        Node node = Node.start(name, lab.topology().of(cloud), lab.folder(), command);
        return new Qemu(
                cloud,
                name,
                new Alone(node),
                lab.folder().resolve(name + ".lab"),
                lab.folder().resolve(name + ".serial"),
                loop);
    }

    private List<String> command(String name) {
        Path folder = lab.folder();
        List<String> command = new ArrayList<>(List.of("qemu-system-x86_64", "-accel", "tcg", "-cpu", "qemu64"));
        command.addAll(List.of("-M", "pc-i440fx-7.2", "-nodefaults", "-m", "96", "-display", "none"));
        command.addAll(List.of("-serial", "file:" + folder.resolve(name + ".serial")));
        command.addAll(List.of(
                "-netdev", "tap,id=n0,ifname=" + Topology.TAP + ",script=no,downscript=no",
                "-device", "virtio-net-pci,netdev=n0,romfile=,mac=" + Guests.VM.mac()));
        command.addAll(List.of("-qmp", "unix:" + folder.resolve(name + ".lab") + ",server=on,wait=off"));
        command.addAll(List.of("-qmp", "unix:" + folder.resolve(name + ".agent") + ",server=on,wait=off"));
        command.addAll(List.of(
                "-kernel", image.kernel().toString(),
                "-initrd", image.initrd().toString(),
                "-append", GuestImage.commandLine(packetsPerSecond)));
        return command;
    }

    /** A process of the lab's own. */
    private record Alone(Node node) implements Qemu.Life {
        @Override
        public boolean alive() {
            return node.alive();
        }

        @Override
        public String lastLines() {
            return node.lastLines();
        }

        @Override
        public void stop() {
            node.stop(Duration.ofSeconds(2));
        }
    }

    @Override
    public boolean makesTaps() {
        return false;
    }

    @Override
    public String watched(Host cloud) {
        return "monitors: [\"" + lab.folder().resolve("qemu-" + cloud.label() + "-*.agent") + "\"]";
    }

    @Override
    public Path agentSocket(Host cloud) {
        return lab.folder().resolve("hypervisor-" + cloud.label() + ".sock");
    }

    @Override
    public Optional<String> address(Host cloud) {
        return Optional.empty();
    }

    @Override
    public List<String> beside(Host cloud) {
        return List.of();
    }

    @Override
    public void close() {}
}
