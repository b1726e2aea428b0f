package io.godwit.lab.migrate;

import io.godwit.bench.report.Checkout;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Node;
import io.godwit.lab.net.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The libvirtd of one cloud, with files and a host name of its own, and Godwit's hook. */
final class Libvirtd {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Its files are hidden from it by those of its own. */
    private static final List<Path> HIDDEN = List.of(Path.of("/var/lib"), Path.of("/var/cache"), Path.of("/run"));

    private static final String QEMU = """
        security_driver = "none"
        user = "root"
        group = "root"
        dynamic_ownership = 0
        cgroup_controllers = []
        namespaces = []
        stdio_handler = "file"
        """;

    private final Host cloud;
    private final Lab lab;
    private final Path state;
    private final Node node;

    private Libvirtd(Host cloud, Lab lab, Path state, Node node) {
        this.cloud = cloud;
        this.lab = lab;
        this.state = state;
        this.node = node;
    }

    static Libvirtd start(Host cloud, Lab lab) {
        Path root = Checkout.root();
        HIDDEN.stream().filter(root::startsWith).forEach(hidden -> {
            throw new LabException(
                    "with --trigger libvirt the checkout cannot be below " + hidden + ": it is at " + root);
        });
        Path state = lab.folder().resolve("libvirt-" + cloud.label());
        configure(state, root);
        List<String> command = List.of(
                "unshare",
                "--mount",
                "--uts",
                root.resolve("lab/libvirt/host").toString(),
                state.toString(),
                // With a dot: libvirt need not ask a name server for the rest.
                cloud.label() + ".lab",
                lab.folder().toString());
        Node node = Node.start("libvirtd-" + cloud.label(), lab.topology().of(cloud), lab.folder(), command);
        return new Libvirtd(cloud, lab, state, node);
    }

    private static void configure(Path state, Path root) {
        try {
            Path etc = state.resolve("etc");
            Path hook = etc.resolve("hooks/qemu");
            Files.createDirectories(hook.getParent());
            Files.writeString(etc.resolve("qemu.conf"), QEMU);
            Files.writeString(etc.resolve("libvirtd.conf"), """
                host_uuid = "%s"
                auth_unix_rw = "none"
                log_outputs = "3:stderr"
                """.formatted(UUID.randomUUID()));
            Files.writeString(
                    etc.resolve("hooks/godwit.conf"),
                    "GODWIT='%s'%nexport JAVA_HOME='%s'%n"
                            .formatted(root.resolve("cli/godwit"), System.getProperty("java.home")));
            Files.copy(root.resolve("hypervisor/libvirt/qemu"), hook, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void await() {
        Waiting.until(PATIENCE, () -> virsh("version").exit() == 0 || !node.alive(), () -> {});
        if (virsh("version").exit() != 0) {
            throw new LabException("the libvirtd of " + cloud.title() + " did not start: " + node.lastLines());
        }
    }

    /** How others on this machine reach it. */
    String uri() {
        return "qemu:///system?socket=" + file("libvirt-sock");
    }

    /** A file of its {@code /run/libvirt}. */
    Path file(String name) {
        return state.resolve("run/libvirt").resolve(name);
    }

    /** What QEMU said last. */
    String log(String domain) {
        return Shell.attempt(List.of("tail", "-n", "5", state.resolve("var/log/libvirt/qemu/" + domain + ".log") + ""))
                .output();
    }

    /** The words of a command that runs on the host that it plays. */
    List<String> beside() {
        return List.of("nsenter", "--mount", "--uts", "--target", Long.toString(node.pid()));
    }

    List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of("virsh", "-q", "-c", uri()));
        command.addAll(List.of(words));
        return command;
    }

    Shell.Outcome virsh(String... words) {
        return Shell.attempt(command(words));
    }

    /** A command that takes long. */
    Node launch(String name, String... words) {
        return Node.start(name, lab.topology().of(cloud), lab.folder(), command(words));
    }

    void stop() {
        node.stop(Duration.ofSeconds(5));
    }
}
