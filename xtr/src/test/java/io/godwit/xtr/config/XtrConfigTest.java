package io.godwit.xtr.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.config.ConfigLoader;
import io.godwit.daemon.config.ConfigResult;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.MacAddress;
import io.godwit.testing.Conformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XtrConfigTest {
    private static final String GOOD = """
        name: xtr-a
        rlocs:
          - { address: 192.0.2.1 }
          - { address: "2001:db8:f::1", priority: 2, weight: 50 }
        instances:
          - { id: 0, tun: lisp0 }
          - { id: 7, tun: lisp7, table: 107 }
        map-resolvers: [192.0.2.53]
        map-servers:
          - address: 192.0.2.54
            key: { id: 1, file: key }
        database:
          - { eid: 10.3.0.0/24 }
        dynamic-eids:
          - { prefix: 10.1.0.0/24, interface: br-vm }
          - { prefix: 10.1.0.0/24, instance: 7, interface: br-blue, inactivity: 5m }
        segments:
          - { interface: br-vm, gateway: [10.1.0.1/24, "2001:db8:1::1/64"], mac: "02:00:5e:00:01:01" }
          - { interface: br-blue, instance: 7 }
        eid-space: [10.0.0.0/8, "[7]10.0.0.0/8"]
        state-directory: state
        management: { socket: xtr.sock }
        """;

    @TempDir
    private Path directory;

    @BeforeEach
    void writeKey() throws IOException {
        Files.writeString(directory.resolve("key"), "secret\n");
    }

    private ConfigResult<XtrConfig> load(String yaml) throws IOException {
        Path file = directory.resolve("xtr.yaml");
        Files.writeString(file, yaml);
        return ConfigLoader.load(file, "/schema/xtr.json", XtrConfig.class);
    }

    private List<String> errors(String yaml) throws IOException {
        return switch (load(yaml)) {
            case ConfigResult.Valid<XtrConfig> valid -> List.of();
            case ConfigResult.Invalid<XtrConfig>(var errors) ->
                errors.stream().map(e -> e.path() + " " + e.message()).toList();
        };
    }

    @Test
    void shouldReadAWholeConfigurationWithItsDefaults() throws IOException {
        assertThat(errors(GOOD)).isEmpty();
        XtrConfig config = ((ConfigResult.Valid<XtrConfig>) load(GOOD)).config();

        assertThat(config.rlocs().getFirst().priority()).isEqualTo(1);
        assertThat(config.rlocs().getFirst().weight()).isEqualTo(100);
        assertThat(config.instance(0).orElseThrow().table()).isEqualTo(254);
        assertThat(config.mapServers().getFirst().proxyReply()).isTrue();
        assertThat(config.dynamicEids().get(1).prefix()).isEqualTo(EidPrefix.parse("[7]10.1.0.0/24"));
        assertThat(config.dynamicEids().get(0).inactivity()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.segments().getFirst().gateway()).hasSize(2);
        assertThat(config.segments().getFirst().mac()).contains(MacAddress.parse("02:00:5e:00:01:01"));
        assertThat(config.forwarding().mtu()).isEqualTo(1500);
        assertThat(config.recordTtl()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.stateDirectory()).isEqualTo(directory.resolve("state"));
        assertThat(config.xtrId()).isEmpty();
        assertThat(config.tunnelled(config.instance(7).orElseThrow()))
                .containsExactly(EidPrefix.parse("[7]10.0.0.0/8"), EidPrefix.parse("[7]10.1.0.0/24"));
    }

    @Test
    void shouldRefuseToProbeWithoutAPause() throws IOException {
        assertThat(errors(GOOD + "rloc-probing: {interval: 0s}\n"))
                .containsExactly("/rloc-probing/interval must be 1s at least: an answer is waited for that long");
        assertThat(errors(GOOD + "rloc-probing: {enabled: false}\n")).isEmpty();
    }

    @Test
    @Conformance("C104")
    void shouldReportEverythingThatIsWrongAtOnce() throws IOException {
        String bad = GOOD.replace("id: 7, tun: lisp7", "id: 0, tun: lisp0")
                .replace("map-resolvers: [192.0.2.53]", "map-resolvers: [10.4.0.1]")
                .replace("interface: br-vm }", "interface: br-nope }");

        assertThat(errors(bad))
                .anyMatch(e -> e.startsWith("/instances/1/id 0 is used twice"))
                .anyMatch(e -> e.startsWith("/instances/1/tun lisp0 is used twice"))
                .anyMatch(e -> e.startsWith("/map-resolvers/0 10.4.0.1 lies within the EID space"))
                .anyMatch(e -> e.startsWith("/dynamic-eids/0/interface interface br-nope is not among the segments"))
                .anyMatch(e -> e.startsWith("/eid-space/1 [7]10.0.0.0/8 is in instance 7"));
    }

    @Test
    void shouldNotAcceptServersOfAFamilyItLacks() throws IOException {
        String bad = GOOD.replace("  - { address: \"2001:db8:f::1\", priority: 2, weight: 50 }\n", "")
                .replace("map-resolvers: [192.0.2.53]", "map-resolvers: [\"2001:db8::53\"]");
        assertThat(errors(bad))
                .containsExactly(
                        "/map-resolvers/0 2001:db8::53 cannot be reached: none of the rlocs is an IPv6 address");
    }

    @Test
    void shouldNotTrustNobodyNorSendGpeWithoutChecksum() throws IOException {
        String bad = GOOD + "forwarding:\n"
                + "  udp-checksum: zero\n"
                + "  gpe-peers: [192.0.2.0/24, \"2001:db8:f::/48\"]\n"
                + "  trusted: { echo-nonce: true }\n"
                + "  sources: [\"[9]10.1.0.0/24\"]\n";
        assertThat(errors(bad))
                .hasSize(3)
                .anyMatch(e -> e.startsWith("/forwarding/sources/0 [9]10.1.0.0/24 is in instance 9"))
                .anyMatch(e -> e.startsWith("/forwarding/gpe-peers/1 2001:db8:f::/48 needs checksums"))
                .anyMatch(e -> e.startsWith("/forwarding/trusted names no rlocs"));
    }

    @Test
    void shouldNotAcceptUnknownKeysAndMalformedAddresses() throws IOException {
        String bad = GOOD.replace("name: xtr-a", "name: xtr-a\nnonsense: 1").replace("10.1.0.1/24", "10.1.0.1");
        assertThat(errors(bad))
                .hasSize(2)
                .anyMatch(e -> e.contains("nonsense"))
                .anyMatch(e -> e.startsWith("/segments/0/gateway/0 '10.1.0.1' lacks the prefix length"));
    }
}
