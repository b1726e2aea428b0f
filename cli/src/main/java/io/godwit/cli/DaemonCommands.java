package io.godwit.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The daemons, as help and completion show them; the launcher starts them without coming here. */
final class DaemonCommands {
    private DaemonCommands() {}

    abstract static class Stub implements Callable<Integer> {
        @Option(names = "--config", paramLabel = "FILE", description = "the configuration, in YAML")
        void config(Path ignored) {}

        @Option(names = "--check", description = "only check the configuration")
        void check(boolean ignored) {}

        @Override
        public Integer call() {
            throw new CommandFailure("daemons are started by the launcher, cli/godwit");
        }
    }

    @Command(name = "xtr", description = "run a tunnel router (xtr --help)")
    static final class Xtr extends Stub {}

    @Command(name = "map-server", description = "run a map-server (map-server --help)")
    static final class MapServer extends Stub {}

    @Command(name = "map-resolver", description = "run a map-resolver (map-resolver --help)")
    static final class MapResolver extends Stub {}

    @Command(
            name = "hypervisor",
            description = "run the agent beside a hypervisor (hypervisor --help); hook: asks it for libvirt",
            subcommands = HookCommand.class)
    static final class Hypervisor extends Stub {}
}
