package io.godwit.lab.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.hypervisor.libvirt.DomainInfo;
import io.godwit.hypervisor.libvirt.DomainXml;
import io.godwit.lab.demo.Guests;
import io.godwit.lab.demo.Topology;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DomainDescriptionTest {
    private static final GuestImage IMAGE = new GuestImage(Path.of("/guest/vmlinux"), Path.of("/guest/initrd"));

    @Test
    void shouldHaveTheCardThatTheAgentKnows() {
        assertThat(DomainXml.nics(DomainDescription.xml(IMAGE, 1_000)))
                .containsExactly(new DomainInfo.Nic(Guests.VM.mac(), Topology.TAP));
    }

    @Test
    void shouldBootTheGuestThatPlainQemuBoots() {
        assertThat(DomainDescription.xml(IMAGE, 250))
                .contains("<kernel>/guest/vmlinux</kernel>", "<initrd>/guest/initrd</initrd>", "pps=250</cmdline>");
    }
}
