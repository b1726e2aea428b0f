package io.godwit.lab.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TriggerTest {
    @Test
    void shouldBeChosenByName() {
        assertThat(Trigger.of("libvirt")).isEqualTo(Trigger.LIBVIRT);
        assertThatThrownBy(() -> Trigger.of("xen")).hasMessage("--trigger is qmp or libvirt or rarp or data, not xen");
    }

    @Test
    void shouldHaveAgentsWhereTheyAreTold() {
        assertThat(Trigger.values()).filteredOn(Trigger::isTold).containsExactly(Trigger.QMP, Trigger.LIBVIRT);
    }
}
