package io.godwit.hypervisor.agent;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.godwit.daemon.config.ManagementConfig;
import io.godwit.hypervisor.config.HypervisorConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AgentRehearsalTest {
    @Test
    void shouldMoveAGuestThatNobodyHas() {
        HypervisorConfig config = new HypervisorConfig(
                Path.of("none"),
                List.of("none"),
                Optional.of("test:///default"),
                List.of(),
                List.of(),
                2,
                new ManagementConfig(Path.of("none")));
        assertThatCode(() -> new AgentRehearsal().moves(config)).doesNotThrowAnyException();
    }
}
