package io.godwit.mapresolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.config.ConfigLoader;
import io.godwit.daemon.config.ConfigResult;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapresolver.config.MapResolverConfig;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapResolverConfigTest {
    @TempDir
    Path folder;

    @Test
    void shouldLoadTheExample() throws URISyntaxException {
        Path example = Path.of(Objects.requireNonNull(getClass().getResource("/map-resolver.yaml"))
                .toURI());
        MapResolverConfig config = ((ConfigResult.Valid<MapResolverConfig>) load(example)).config();
        assertThat(config.port()).isEqualTo(4342);
        assertThat(config.listen()).hasSize(2);
        assertThat(config.mapServers().getFirst().prefixes()).contains(EidPrefix.parse("[7]10.0.0.0/16"));
        assertThat(config.mapServers().getLast().srv()).contains("_lisp-ms._udp.example.org");
        assertThat(config.mapServers().getLast().prefixes()).isEmpty();
    }

    @Test
    void shouldWantEitherAnAddressOrAName() throws IOException {
        Path file = folder.resolve("map-resolver.yaml");
        Files.writeString(file, "map-servers: [{address: 192.0.2.1, srv: a.example}, {}]\nmanagement: {socket: s}\n");
        assertThat(((ConfigResult.Invalid<MapResolverConfig>) load(file)).errors())
                .hasSize(2)
                .allSatisfy(error -> assertThat(error.message()).contains("either an address"));
    }

    @Test
    void shouldWantKeysOfTheRootsWhereSignaturesAreRequired() throws IOException {
        Path file = folder.resolve("map-resolver.yaml");
        PemKeys keys = PemKeys.generate(folder, "root");
        Files.writeString(file, "ddt: {roots: [192.0.2.1], trust-anchors: [root.pem]}\nmanagement: {socket: s}\n");
        MapResolverConfig config = ((ConfigResult.Valid<MapResolverConfig>) load(file)).config();
        assertThat(config.ddt().orElseThrow().trustAnchors()).containsExactly(keys.publicKey());
        Files.writeString(file, """
            ddt:
              roots: [192.0.2.1]
              require-signatures: true
            management: {socket: s}
            """);
        assertThat(((ConfigResult.Invalid<MapResolverConfig>) load(file)).errors())
                .singleElement()
                .satisfies(error -> {
                    assertThat(error.message()).contains("add trust-anchors");
                    assertThat(error.line()).isEqualTo(3);
                    assertThat(error.column()).isEqualTo(23);
                });
    }

    @Test
    void shouldNameEachKeyFileThatIsNone() throws IOException {
        Path file = folder.resolve("map-resolver.yaml");
        PemKeys.generate(folder, "root");
        Files.writeString(folder.resolve("text.pem"), "no key");
        Files.writeString(file, """
            ddt:
              roots: [192.0.2.1]
              trust-anchors:
                - root.pem
                - root.key
                - text.pem
                - none.pem
            management: {socket: s}
            """);
        assertThat(((ConfigResult.Invalid<MapResolverConfig>) load(file)).errors())
                .extracting(error -> error.line() + " " + error.message())
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("5 ").contains("root.key", "'PRIVATE KEY'", "'PUBLIC KEY'"),
                        one -> assertThat(one).startsWith("6 ").contains("text.pem", "is not PEM"),
                        one -> assertThat(one).startsWith("7 ").contains("none.pem", "there is no such file"));
    }

    private static ConfigResult<MapResolverConfig> load(Path file) {
        return ConfigLoader.load(file, "/schema/map-resolver.json", MapResolverConfig.class);
    }
}
