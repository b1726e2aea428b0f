package io.godwit.xtr.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.config.ConfigLoader;
import io.godwit.daemon.config.ConfigResult;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.testing.Conformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    void shouldReadFirstHopRouters() throws IOException {
        String good = GOOD + """
            first-hop-routers:
              - name: fhr-1
                addresses: [192.168.9.2]
                key: { id: 3, file: key }
                eids: [10.1.0.0/25]
            """;
        assertThat(errors(good)).isEmpty();
        FirstHopRouterConfig router = ((ConfigResult.Valid<XtrConfig>) load(good))
                .config()
                .firstHopRouters()
                .getFirst();
        assertThat(router.maxEids()).isEqualTo(1_000);
        assertThat(router.covers(EidPrefix.parse("10.1.0.5"))).isTrue();
        assertThat(router.covers(EidPrefix.parse("[7]10.1.0.5"))).isFalse();
    }

    @Test
    void shouldRefuseFirstHopRoutersThatCannotWork() throws IOException {
        String bad = GOOD + """
            first-hop-routers:
              - name: fhr-1
                addresses: [10.1.0.9, 192.0.2.1, 192.168.9.2]
                key: { id: 3, file: no-key }
                eids: [10.9.0.0/24]
              - name: fhr-1
                addresses: [192.168.9.2]
                key: { id: 3, file: key }
                eids: [10.1.0.0/25]
            """;
        assertThat(errors(bad))
                .hasSize(6)
                .anyMatch(e -> e.startsWith("/first-hop-routers/0/addresses/0 10.1.0.9 lies within the dynamic"))
                .anyMatch(e -> e.startsWith("/first-hop-routers/0/addresses/1 192.0.2.1 is an RLOC of this xTR"))
                .anyMatch(e -> e.startsWith("/first-hop-routers/0/key/file key file"))
                .anyMatch(e -> e.startsWith("/first-hop-routers/0/eids/0 10.9.0.0/24 lies within no dynamic"))
                .anyMatch(e -> e.startsWith("/first-hop-routers/1/name fhr-1 is used twice"))
                .anyMatch(e -> e.startsWith("/first-hop-routers/1/addresses/0 192.168.9.2 is used twice"));

        String six = GOOD.replace("  - { address: \"2001:db8:f::1\", priority: 2, weight: 50 }\n", "")
                        .replace("prefix: 10.1.0.0/24, interface", "prefix: \"2001:db8:1::/64\", interface")
                + """
                first-hop-routers:
                  - name: fhr-1
                    addresses: [192.168.9.2, "2001:db8:9::2"]
                    key: { id: 3, file: key }
                    eids: ["2001:db8:1::/64"]
                  - name: fhr-2
                    addresses: [192.168.9.3]
                    key: { id: 3, file: key }
                    eids: ["2001:db8:1::/64"]
                """;
        assertThat(errors(six))
                .hasSize(2)
                .anyMatch(e -> e.startsWith("/first-hop-routers/0/addresses/1 2001:db8:9::2 cannot be answered"))
                .anyMatch(e -> e.startsWith("/first-hop-routers/1/eids/0 hosts of 2001:db8:1::/64 have no next hop"));
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

    private static String withLayer2(String instance) {
        return GOOD.replace(
                "  - { id: 7, tun: lisp7, table: 107 }", "  - { id: 7, tun: lisp7, table: 107 }\n  - " + instance);
    }

    @Test
    void shouldReadALayer2Instance() throws IOException {
        String yaml = withLayer2("{ id: 8, layer2: { tap: tap8, bridge: br0, flood: [192.0.2.9] } }");
        assertThat(errors(yaml)).isEmpty();
        XtrConfig config = ((ConfigResult.Valid<XtrConfig>) load(yaml)).config();
        assertThat(config.instance(8).orElseThrow().layer2())
                .contains(new Layer2Config(
                        "tap8", Optional.of("br0"), List.of(IpAddress.parse("192.0.2.9")), Duration.ofMinutes(5)));
        assertThat(config.byLayer()).extracting(InstanceConfig::device).containsExactly("lisp0", "lisp7", "tap8");
    }

    @Test
    void shouldNumberLayer2InstancesBehindTheOthers() throws IOException {
        String yaml = GOOD.replace(
                "  - { id: 0, tun: lisp0 }", "  - { id: 8, layer2: { tap: tap8 } }\n  - { id: 0, tun: lisp0 }");
        XtrConfig config = ((ConfigResult.Valid<XtrConfig>) load(yaml)).config();
        assertThat(config.byLayer()).extracting(InstanceConfig::id).containsExactly(0, 7, 8);
    }

    @Test
    void shouldRefuseWhatContradictsLayer2() throws IOException {
        assertThat(errors(withLayer2("{ id: 8 }")))
                .containsExactly("/instances/2 instance 8 has neither tun nor layer2: name its device");
        assertThat(errors(withLayer2("{ id: 8, tun: lisp8, table: 108, layer2: { tap: lisp0 } }")))
                .containsExactlyInAnyOrder(
                        "/instances/2/tun contradicts layer2: an instance has packets or frames, not both",
                        "/instances/2/table contradicts layer2: frames are not routed",
                        "/instances/2/layer2/tap lisp0 is used twice: the first time in entry 0");
        assertThat(errors(withLayer2("{ id: 8, layer2: { tap: tap8, flood: [192.0.2.1, 192.0.2.9, 192.0.2.9] } }")))
                .containsExactly(
                        "/instances/2/layer2/flood/0 192.0.2.1 is an RLOC of this xTR: name those of the others",
                        "/instances/2/layer2/flood/2 192.0.2.9 is named twice: it would get each frame twice");
        assertThat(errors(withLayer2("{ id: 8, layer2: { tap: tap8 } }")
                        .replace("  - { eid: 10.3.0.0/24 }", "  - { eid: \"[8]10.3.0.0/24\" }")))
                .containsExactly(
                        "/database/0/eid [8]10.3.0.0/24 is in instance 8, a layer-2 instance: its EIDs are learned");
        assertThat(errors(withLayer2("{ id: 8, layer2: { tap: tap8 } }")
                        + "forwarding: { accept-gpe: false, udp-checksum: zero }\n"))
                .anyMatch(error -> error.startsWith("/forwarding/accept-gpe must be true"))
                .anyMatch(error -> error.startsWith("/forwarding/udp-checksum must be auto or full"));
    }
}
