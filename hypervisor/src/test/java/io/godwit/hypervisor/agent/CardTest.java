package io.godwit.hypervisor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.MacAddress;
import org.junit.jupiter.api.Test;

class CardTest {
    @Test
    void shouldFindEachCardWithItsTap() {
        String text = """
            virtio-net-pci.0: index=0,type=nic,model=virtio-net-pci,macaddr=02:00:00:00:01:0a
             \\ n0: index=0,type=tap,ifname=vm0,script=no,downscript=no
            hostnet1: index=0,type=nic,model=e1000,macaddr=52:54:00:12:34:56
             \\ n1: index=0,type=tap,fd=31
            """.replace("\n", "\r\n");

        assertThat(Card.parse(text, 42))
                .containsExactly(
                        new Card(MacAddress.parse("02:00:00:00:01:0a"), "vm0", 42),
                        new Card(MacAddress.parse("52:54:00:12:34:56"), "", 42));
    }

    @Test
    void shouldFindNothingInNothing() {
        assertThat(Card.parse("", 1)).isEmpty();
    }
}
