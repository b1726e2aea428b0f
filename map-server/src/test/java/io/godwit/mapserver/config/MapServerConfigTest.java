package io.godwit.mapserver.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.config.ConfigError;
import io.godwit.daemon.config.ConfigLoader;
import io.godwit.daemon.config.ConfigResult;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.testing.Conformance;
import io.godwit.testing.PemFiles;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapServerConfigTest {
    @TempDir
    Path folder;

    @Test
    void shouldLoadTheExampleAndFillInDefaults() throws URISyntaxException {
        Path example = Path.of(Objects.requireNonNull(getClass().getResource("/map-server.yaml"))
                .toURI());
        MapServerConfig config = ((ConfigResult.Valid<MapServerConfig>) load(example)).config();
        assertThat(config.port()).isEqualTo(4342);
        assertThat(config.listen()).extracting(Object::toString).containsExactly("0.0.0.0", "::");
        assertThat(config.limits()).isEqualTo(LimitsConfig.DEFAULT);
        assertThat(config.sites().getFirst().replayProtection()).isTrue();
        assertThat(config.sites().getFirst().proxyReply()).isEmpty();
        Sites sites = Sites.of(config.sites());
        Site cloud = sites.all().getFirst();
        Site old = sites.all().getLast();
        assertThat(cloud.siteId()).contains(42L);
        assertThat(old.keys().getFirst().algorithm()).isEqualTo(AuthenticationAlgorithm.HMAC_SHA_1_96);
        assertThat(old.proxyReply()).contains(true);
        assertThat(sites.mayRegister(cloud, EidPrefix.parse("[7]10.0.0.5"))).isTrue();
        assertThat(sites.mayRegister(cloud, EidPrefix.parse("10.1.0.5"))).isFalse();
        assertThat(sites.mayRegister(cloud, EidPrefix.parse("10.1.0.0/16"))).isTrue();
        assertThat(sites.mayRegister(old, EidPrefix.parse("10.1.0.0/16"))).isFalse();
    }

    @Test
    void shouldNameEveryMistakeAtOnce() throws IOException {
        Path file = folder.resolve("map-server.yaml");
        Files.writeString(folder.resolve("key"), "secret");
        Files.writeString(file, """
            sites:
              - name: a
                keys: [{id: 1, file: key}, {id: 1, file: key}]
                prefixes: [{eid: 10.0.0.0/24}]
              - name: a
                keys: [{id: 1, file: key}]
                prefixes: [{eid: 10.0.0.9/24}]
            management: {socket: s}
            """);
        assertThat(errors(file))
                .containsExactlyInAnyOrder(
                        "/sites/0/keys/1/id site 'a' has two keys with id 1 and algorithm hmac-sha-256-128",
                        "/sites/1/name two sites are named 'a'",
                        "/sites/1/prefixes/0/eid 10.0.0.0/24 already belongs to site 'a'");
    }

    @Test
    void shouldTakeADdtNodeWithoutSitesAndNameItsMistakes() throws IOException {
        Path file = folder.resolve("map-server.yaml");
        String node = """
            ddt:
              authoritative: [10.0.0.0/8]
              delegations:
                - {eid: 10.1.0.0/16, nodes: [192.0.2.1]}
                - {eid: 10.2.0.0/16, map-servers: [192.0.2.2]}
              hints: [{eid: 11.0.0.0/8, nodes: [192.0.2.3]}]
            management: {socket: s}
            """;
        Files.writeString(file, node);
        MapServerConfig config = ((ConfigResult.Valid<MapServerConfig>) load(file)).config();
        assertThat(config.ddt().orElseThrow().delegations()).hasSize(2);
        assertThat(config.ddt().orElseThrow().peers()).isEmpty();
        Files.writeString(
                file,
                node.replace("10.2.0.0/16", "10.1.0.0/16")
                        .replace("nodes: [192.0.2.1]", "nodes: []")
                        .replace("10.0.0.0/8", "172.16.0.0/12"));
        assertThat(errors(file))
                .containsExactlyInAnyOrder(
                        "/ddt/delegations/0/eid 10.1.0.0/16 is delegated to nobody: name nodes or map-servers",
                        "/ddt/delegations/0/eid 10.1.0.0/16 lies in none of the authoritative prefixes: add the one it"
                                + " is part of",
                        "/ddt/delegations/1/eid 10.1.0.0/16 is delegated twice: name all its nodes and map-servers in"
                                + " one place",
                        "/ddt/delegations/1/eid 10.1.0.0/16 lies in none of the authoritative prefixes: add the one it"
                                + " is part of");
        Files.writeString(file, "management: {socket: s}\n");
        assertThat(errors(file)).singleElement().asString().contains("there are no sites");
    }

    @Test
    void shouldReadKeysOfADdtNodeAndNameThoseItCannot() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        generator.initialize(1024);
        PemFiles.write(folder.resolve("node.key"), pair.getPrivate());
        PemFiles.write(folder.resolve("child.pem"), pair.getPublic());
        PemFiles.write(folder.resolve("weak.pem"), generator.generateKeyPair().getPublic());
        Path file = folder.resolve("map-server.yaml");
        String node = """
            ddt:
              authoritative: [10.0.0.0/8]
              signing: {key: node.key}
              delegations:
                - {eid: 10.1.0.0/16, nodes: [192.0.2.1], public-keys: [child.pem]}
              hints: [{eid: 11.0.0.0/8, nodes: [192.0.2.3], public-keys: [child.pem]}]
            management: {socket: s}
            """;
        Files.writeString(file, node);
        DdtConfig config = ((ConfigResult.Valid<MapServerConfig>) load(file))
                .config()
                .ddt()
                .orElseThrow();
        assertThat(config.signing().orElseThrow().validity()).isEqualTo(Duration.ofDays(7));
        assertThat(config.signing().orElseThrow().read().verifier().material().toBytes())
                .isEqualTo(pair.getPublic().getEncoded());
        Files.writeString(
                file,
                node.replace("key: node.key", "key: child.pem, validity: 9m").replace("[child", "[weak"));
        assertThat(errors(file))
                .satisfiesExactly(
                        error -> assertThat(error).contains("/ddt/signing/key", "a 'PUBLIC KEY'"),
                        error -> assertThat(error).contains("/ddt/signing/validity", "10m to 366d"),
                        error -> assertThat(error).contains("/public-keys/0", "weak.pem", "1024 bits"),
                        error -> assertThat(error).contains("/ddt/hints/0/public-keys/0", "weak.pem"));
    }

    @Test
    void shouldTakeAMovementPolicyAndNameItsMistakes() throws IOException {
        Path file = folder.resolve("map-server.yaml");
        Files.writeString(folder.resolve("key"), "secret");
        String text = """
            sites:
              - {name: a, keys: [{id: 1, file: key}], prefixes: [{eid: 10.0.0.0/24, accept-more-specifics: true}]}
              - {name: b, keys: [{id: 1, file: key}], prefixes: [{eid: 10.1.0.0/24}]}
            movement:
              rules:
                - {eids: 10.0.0.0/24, from: [a], to: [b], per-minute: 60, at-most: 10, when: "22:00-06:00"}
                - {eids: "[7]10.0.0.0/24", to: [b], when: 2026-03-01T22:00:00Z/2026-03-02T06:00:00Z}
            management: {socket: s}
            """;
        Files.writeString(file, text);
        MovementConfig movement = ((ConfigResult.Valid<MapServerConfig>) load(file))
                .config()
                .movement()
                .orElseThrow();
        assertThat(movement.rules().getFirst().when())
                .hasValueSatisfying(window -> assertThat(window).hasToString("22:00-06:00"));
        assertThat(movement.rules().getLast().perMinute()).isEmpty();
        assertThat(movement.tickets()).isEqualTo(100_000);
        Files.writeString(file, text.replace("to: [b], per", "to: [c], per") + "state-directory: s\n");
        assertThat(errors(file)).containsExactly("/movement/rules/0/to/0 there is no site 'c'");
        Files.writeString(file, text.replace("22:00-06:00", "night"));
        assertThat(errors(file))
                .singleElement()
                .asString()
                .startsWith("/movement/rules/0/when 'night' is not a window");
        Files.writeString(file, text.replace("  rules:", "  ticket-keys: [key, absent]\n  rules:"));
        assertThat(errors(file))
                .hasSize(3)
                .anySatisfy(error ->
                        assertThat(error).startsWith("/movement/ticket-keys/0 ").contains("not an Ed25519"))
                .anySatisfy(error ->
                        assertThat(error).startsWith("/movement/ticket-keys/1 ").contains("does not exist"))
                .anySatisfy(error -> assertThat(error).contains("add a state-directory"));
    }

    @Test
    void shouldTakeAClusterAndNameItsMistakes() throws IOException {
        Path file = folder.resolve("map-server.yaml");
        Files.writeString(folder.resolve("key"), "secret");
        String cluster = """
            sites:
              - name: a
                keys: [{id: 1, file: key}]
                prefixes: [{eid: 10.0.0.0/24}]
            management: {socket: s}
            state-directory: state
            cluster:
              member: 2
              members:
                - {id: 0, address: 192.0.2.1}
                - {id: 1, address: 192.0.2.2, port: 5000}
                - {id: 2, address: "2001:db8::3"}
            """;
        Files.writeString(file, cluster);
        ClusterConfig config = ((ConfigResult.Valid<MapServerConfig>) load(file))
                .config()
                .cluster()
                .orElseThrow();
        assertThat(config.self().endpoint(1)).isEqualTo("[2001:db8::3]:4351");
        Files.writeString(
                file,
                cluster.replace("member: 2", "member: 7")
                        .replace("state-directory: state\n", "")
                        .replace("id: 1, address: 192.0.2.2, port: 5000", "id: 0, address: 192.0.2.1, port: 4352")
                        .replace("    - {id: 2, address: \"2001:db8::3\"}\n", ""));
        assertThat(errors(file))
                .containsExactlyInAnyOrder(
                        "/cluster a member of a cluster needs a state-directory: add one",
                        "/cluster/member none of the members has the id 7",
                        "/cluster/members 2 members survive no more than 1: make it one, three or five",
                        "/cluster/members/1/id two members have the id 0",
                        "/cluster/members/1/address members 0 and 0 share UDP ports: each needs four from its port on");
    }

    @Test
    @Conformance("C156")
    void shouldRefuseWeakKeysOnThePublicInternet() throws IOException {
        Path file = folder.resolve("map-server.yaml");
        Files.writeString(folder.resolve("key"), "secret");
        String sites = """
            sites:
              - name: a
                keys: [{id: 1, file: key, algorithm: hmac-sha-1-96}, {id: 2, file: key, algorithm: hmac-sha-256-128-hkdf}]
                prefixes: [{eid: 10.0.0.0/24}]
            management: {socket: s}
            """;
        Files.writeString(file, sites);
        assertThat(errors(file)).isEmpty();
        Files.writeString(file, sites + "public-internet: true");
        assertThat(errors(file))
                .containsExactly("/sites/0/keys/0/algorithm hmac-sha-1-96 must not be used with public-internet: use"
                        + " hmac-sha-256-128-hkdf");
        Files.writeString(file, sites.replace("hmac-sha-1-96", "none") + "public-internet: true");
        assertThat(errors(file)).singleElement().asString().contains("none");
    }

    @Test
    void shouldSayWhatIsWrongWithAnEid() throws IOException {
        Path file = folder.resolve("map-server.yaml");
        Files.writeString(folder.resolve("key"), "secret");
        Files.writeString(file, """
            sites:
              - name: a
                keys: [{id: 1, file: key}]
                prefixes: [{eid: "[7]10.0.0.0/33"}]
            management: {socket: s}
            """);
        assertThat(errors(file)).singleElement().asString().contains("/eid").contains("0..32");
    }

    private static List<String> errors(Path file) {
        return switch (load(file)) {
            case ConfigResult.Valid<MapServerConfig> valid -> List.of();
            case ConfigResult.Invalid<MapServerConfig>(List<ConfigError> errors) ->
                errors.stream()
                        .map(error -> error.path() + " " + error.message())
                        .toList();
        };
    }

    private static ConfigResult<MapServerConfig> load(Path file) {
        return ConfigLoader.load(file, "/schema/map-server.json", MapServerConfig.class);
    }
}
