package io.godwit.lab.migrate;

import io.godwit.hypervisor.qmp.QmpEvent;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Topology;
import io.godwit.lab.demo.Underlay;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Node;
import io.godwit.lab.net.Shell;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Each cloud is a host with a libvirtd of its own. The monitor that the lab has beside libvirt's only listens. */
final class LibvirtClouds implements Hypervisors {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** MiB/s: until the lab has everything that it measures with. */
    private static final String CRAWL = "1";

    private final Lab lab;
    private final GuestImage image;
    private final int packetsPerSecond;
    private final EventLoop loop;
    private final Map<Host, Libvirtd> hosts = new EnumMap<>(Host.class);
    private int attempts;

    LibvirtClouds(Lab lab, GuestImage image, int packetsPerSecond, EventLoop loop) {
        this.lab = lab;
        this.image = image;
        this.packetsPerSecond = packetsPerSecond;
        this.loop = loop;
    }

    @Override
    public void start() {
        for (Host cloud : List.of(Host.CLOUD_A, Host.CLOUD_B)) {
            // libvirt makes the tap.
            lab.topology().of(cloud).ip("link del " + Topology.TAP);
            hosts.put(cloud, Libvirtd.start(cloud, lab));
        }
        hosts.values().forEach(Libvirtd::await);
    }

    private Libvirtd of(Host cloud) {
        return Objects.requireNonNull(hosts.get(cloud), () -> "no libvirtd in " + cloud.title());
    }

    @Override
    public Qemu boot(Host cloud) {
        Path xml = lab.folder().resolve(DomainDescription.NAME + ".xml");
        try {
            Files.writeString(xml, DomainDescription.xml(image, packetsPerSecond));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Libvirtd host = of(cloud);
        Shell.Outcome created = host.virsh("create", xml.toString());
        if (created.exit() != 0) {
            throw new LabException(
                    "libvirt does not start the guest: " + created.output().strip());
        }
        return qemu(cloud, new Domain(host, null));
    }

    private Qemu qemu(Host cloud, Domain domain) {
        Libvirtd host = of(cloud);
        return new Qemu(
                cloud,
                "libvirt's QEMU in " + cloud.title(),
                domain,
                host.file(DomainDescription.MONITOR),
                host.file(DomainDescription.SERIAL),
                loop);
    }

    /** {@code virsh migrate} begins. */
    Node launch(Host from, Host to) {
        attempts++;
        return of(from).launch(
                        "virsh-" + attempts,
                        "migrate",
                        "--live",
                        "--bandwidth",
                        CRAWL,
                        DomainDescription.NAME,
                        of(to).uri(),
                        "--migrateuri",
                        migrationUri(to));
    }

    private String migrationUri(Host cloud) {
        String address = address(cloud).orElseThrow();
        return "tcp://" + (address.contains(":") ? "[" + address + "]" : address);
    }

    /** Of a family that both clouds have. */
    @Override
    public Optional<String> address(Host cloud) {
        Underlay underlay = lab.topology().underlay();
        boolean ipv4 = underlay.ipv4(Host.CLOUD_A) && underlay.ipv4(Host.CLOUD_B);
        return Optional.of(ipv4 ? cloud.ipv4() : cloud.ipv6());
    }

    @Override
    public Migration migration(Qemu source, Host destination) {
        forgetMonitor(destination);
        int earlier = source.events().size();
        Node virsh = launch(source.cloud(), destination);
        Qemu target = qemu(destination, new Domain(of(destination), virsh));
        // Before it, libvirt would take another speed for that of the next migration.
        Waiting.until(
                PATIENCE,
                () -> isActive(source.events().subList(earlier, source.events().size())),
                () -> {
                    throw new LabException("the migration did not begin: " + virsh.lastLines());
                });
        return new Migration(source, target, new VirshMover(of(source.cloud()), virsh));
    }

    private static boolean isActive(List<QmpEvent> events) {
        return events.stream()
                .anyMatch(event ->
                        event.name().equals("MIGRATION") && event.status().equals("active"));
    }

    /** Of the process that had the guest when it was there before. */
    private void forgetMonitor(Host cloud) {
        try {
            Files.deleteIfExists(of(cloud).file(DomainDescription.MONITOR));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(Host cloud) {
        return of(cloud).virsh("domstate", DomainDescription.NAME).output().contains("running");
    }

    /** A process of libvirt's. */
    private record Domain(Libvirtd host, @Nullable Node virsh) implements Qemu.Life {
        /** One that is there only if the migration begins. */
        @Override
        public boolean alive() {
            return virsh == null || virsh.alive();
        }

        @Override
        public String lastLines() {
            return (virsh == null ? "" : virsh.lastLines() + "\n") + host.log(DomainDescription.NAME);
        }

        /** It has ended by itself where the guest has left. */
        @Override
        public void stop() {
            host.virsh("destroy", DomainDescription.NAME);
        }
    }

    @Override
    public boolean makesTaps() {
        return true;
    }

    @Override
    public String watched(Host cloud) {
        return "libvirt: qemu:///system";
    }

    /** Where the hook looks for it. */
    @Override
    public Path agentSocket(Host cloud) {
        return Path.of("/run/godwit/hypervisor.sock");
    }

    @Override
    public List<String> beside(Host cloud) {
        return of(cloud).beside();
    }

    @Override
    public void close() {
        hosts.values().forEach(Libvirtd::stop);
    }
}
