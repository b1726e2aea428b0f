package io.godwit.daemon.management;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;

/** What every daemon serves. */
public final class CommonRoutes {
    private static final String DOCUMENT = "openapi.yaml";

    private CommonRoutes() {}

    /** {@code GET /v1/health}. */
    record Health(String name, String state, long uptimeSeconds, long pid) {}

    /** @param daemon as the user types it: {@code map-server} */
    public static void add(Routes routes, String daemon) {
        routes.get(
                "/v1/health",
                query -> new Health(
                        daemon,
                        "up",
                        ManagementFactory.getRuntimeMXBean().getUptime() / 1000,
                        ProcessHandle.current().pid()));
        routes.stream("/v1/" + DOCUMENT, "application/yaml", (query, stream) -> {
            stream.write(document());
            stream.close();
        });
    }

    /** The document of docs/, which the build puts beside this class. */
    private static byte[] document() {
        try (InputStream in = CommonRoutes.class.getResourceAsStream(DOCUMENT)) {
            if (in == null) {
                throw new IllegalStateException(DOCUMENT + " is not in the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
