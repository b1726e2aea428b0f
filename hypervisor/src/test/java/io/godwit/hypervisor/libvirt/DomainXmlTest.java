package io.godwit.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.hypervisor.libvirt.DomainInfo.Nic;
import org.junit.jupiter.api.Test;

class DomainXmlTest {
    @Test
    void shouldFindCardsWithTheirTaps() {
        String xml = """
            <domain type='kvm' id='3'>
              <name>web-1</name>
              <devices>
                <interface type='bridge'>
                  <mac address='02:00:00:00:01:0A'/>
                  <source bridge='br-vm'/>
                  <target dev='vnet0'/>
                  <model type='virtio'/>
                </interface>
                <interface type='bridge'>
                  <mac address='02:00:00:00:01:0b'/>
                </interface>
                <interface type='hostdev'/>
              </devices>
            </domain>
            """;
        assertThat(DomainXml.nics(xml))
                .containsExactly(new Nic("02:00:00:00:01:0a", "vnet0"), new Nic("02:00:00:00:01:0b", ""));
    }

    @Test
    void shouldReadNoFilesForADescription() {
        String xml = "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><domain>&e;</domain>";
        assertThatThrownBy(() -> DomainXml.nics(xml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the domain's description is no XML");
    }
}
