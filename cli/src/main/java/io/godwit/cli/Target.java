package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The one daemon that a command is for: named, or the only one that serves what is wanted. */
final class Target {
    static final class Which {
        @Option(names = "--name", paramLabel = "DAEMON", description = "the daemon whose socket is DIR/DAEMON.sock")
        private @Nullable String name;

        @Option(names = "--socket", paramLabel = "PATH", description = "the daemon with this socket")
        private @Nullable Path socket;
    }

    @ArgGroup
    private @Nullable Which which;

    @Mixin
    private Daemons daemons = new Daemons();

    /** @param object what {@code target} is called by users */
    ManagementClient serving(String target, String object) {
        if (which != null && which.socket != null) {
            return new ManagementClient(which.socket);
        }
        return which != null && which.name != null ? daemons.named(which.name) : daemons.only(target, object);
    }
}
