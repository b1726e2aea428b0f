package io.godwit.hypervisor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.hypervisor.config.HypervisorConfig.SiteConfig;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SitesTest {
    private static final SiteConfig B = site("cloud-b", "192.0.2.2", "203.0.113.0/25");
    private static final SiteConfig C = site("cloud-c", "192.0.2.3", "203.0.113.128/25");
    private static final List<Card> CARDS = List.of(new Card(MacAddress.parse("02:00:00:00:01:0a"), "vm0", 7));

    private static SiteConfig site(String name, String rloc, String hosts) {
        return new SiteConfig(name, List.of(IpAddress.parse(rloc)), List.of(EidPrefix.parse(hosts)));
    }

    private static Sites sites(List<SiteConfig> sites, String... peers) {
        return new Sites(
                sites,
                pid -> pid == 7
                        ? Set.copyOf(
                                List.of(peers).stream().map(IpAddress::parse).toList())
                        : Set.of());
    }

    @Test
    void shouldAskNobodyWhenThereIsOne() {
        assertThat(sites(List.of(B)).of(CARDS)).contains(B);
    }

    @Test
    void shouldFindTheSiteToWhoseHostTheProcessIsConnected() {
        assertThat(sites(List.of(B, C), "127.0.0.1", "203.0.113.200").of(CARDS)).contains(C);
        assertThat(sites(List.of(B, C), "203.0.113.9").of(CARDS)).contains(B);
    }

    @Test
    void shouldNotGuess() {
        assertThat(sites(List.of(B, C), "198.51.100.1").of(CARDS)).isEmpty();
        assertThat(sites(List.of(B, C), "203.0.113.9")
                        .of(List.of(new Card(MacAddress.parse("02:00:00:00:01:0a"), "", 0))))
                .isEmpty();
        assertThat(sites(List.of(B, C), "203.0.113.9").of(List.of())).isEmpty();
    }
}
