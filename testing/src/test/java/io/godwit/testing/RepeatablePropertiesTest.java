package io.godwit.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class RepeatablePropertiesTest {
    private static final List<Long> SAMPLES = new ArrayList<>();

    /** Run by the tests only: the build takes no class of this name for a test. */
    static final class Sampled {
        @Property(tries = 20)
        void shouldTry(@ForAll long sample) {
            SAMPLES.add(sample);
        }
    }

    @Test
    void shouldTryTheSameSamplesInEveryRun() {
        assertThat(samples(null)).hasSize(20).isEqualTo(samples(null));
    }

    @Test
    void shouldTryMoreAndOtherSamplesWhenExploring() {
        assertThat(samples("3")).hasSize(60).isNotEqualTo(samples("3"));
    }

    private static List<Long> samples(@Nullable String times) {
        String before = System.getProperty(RepeatableProperties.EXPLORE);
        set(times);
        try {
            SAMPLES.clear();
            LauncherFactory.create()
                    .execute(LauncherDiscoveryRequestBuilder.request()
                            .selectors(DiscoverySelectors.selectClass(Sampled.class))
                            .configurationParameter("jqwik.database", "target/jqwik-sampled")
                            .configurationParameter("jqwik.reporting.onlyfailures", "true")
                            .build());
            return List.copyOf(SAMPLES);
        } finally {
            set(before);
        }
    }

    private static void set(@Nullable String times) {
        if (times == null) {
            System.clearProperty(RepeatableProperties.EXPLORE);
        } else {
            System.setProperty(RepeatableProperties.EXPLORE, times);
        }
    }
}
