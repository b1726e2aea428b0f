package io.godwit.lab.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MigrateOptionsTest {
    @Test
    void shouldHoldAgainstTargetsUnlessToldOtherwise() {
        assertThat(CommandLine.populateCommand(new Migrate()).targets).isTrue();
        assertThat(CommandLine.populateCommand(new Migrate(), "--targets").targets)
                .isTrue();
        assertThat(CommandLine.populateCommand(new Migrate(), "--no-targets").targets)
                .isFalse();
    }
}
