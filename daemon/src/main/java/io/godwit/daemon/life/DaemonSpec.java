package io.godwit.daemon.life;

import io.godwit.daemon.config.ManagementConfig;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What makes one kind of daemon: {@link DaemonMain#run} does the rest.
 *
 * @param name as the user types it: {@code map-server}
 * @param purpose one sentence, for {@code --help}
 * @param example a small complete configuration in YAML, for {@code --help}
 * @param schema class-path resource: {@code /schema/map-server.json}
 * @param config the record the configuration becomes
 * @param management where its management API is
 * @param create builds the daemon, on the control thread; it starts in {@link Daemon#start}
 */
public record DaemonSpec<C>(
        String name,
        String purpose,
        String example,
        String schema,
        Class<C> config,
        Function<C, ManagementConfig> management,
        BiFunction<C, DaemonContext, Daemon> create) {}
