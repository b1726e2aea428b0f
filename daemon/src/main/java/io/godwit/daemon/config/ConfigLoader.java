package io.godwit.daemon.config;

import java.nio.file.Path;

/** Reads a YAML file into a record (Jackson), against a JSON schema on the class path. */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * Unknown keys, duplicate keys, wrong types and broken rules ({@link Checked}) are all reported at once. IP addresses
     * ({@code io.godwit.packet.address.IpAddress}, {@code MacAddress}), {@link Path} and {@link java.time.Duration} ({@code 10s}, {@code 500ms})
     * are read from text.
     *
     * @param schema class-path resource, e.g. {@code /schema/xtr.json}
     */
    public static <C> ConfigResult<C> load(Path file, String schema, Class<C> type) {
        throw new IllegalStateException("being built");
    }
}
