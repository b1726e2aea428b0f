package io.godwit.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestClockTest {
    private static final long MILLI = 1_000_000;
    /** The client's clock and the guest's have nothing in common. */
    private static final long BEHIND = 5_000 * MILLI;

    @TempDir
    Path folder;

    private FlowLog sent;
    private GuestClock clock;

    @BeforeEach
    void begin() {
        sent = FlowLog.create(folder.resolve("sent"), 10_000);
        clock = new GuestClock(sent);
        for (int n = 0; n < 100; n++) {
            clock.heard(n, n * MILLI, BEHIND + n * MILLI);
        }
    }

    @Test
    void shouldDateWhatArrivesAsItArrives() {
        assertThat(sent.time(0)).isEqualTo(BEHIND);
        assertThat(sent.time(99)).isEqualTo(BEHIND + 99 * MILLI);
    }

    /** Numbers 100 to 199 are lost, and the next 300 wait until a moment at which the guest sends number 500. */
    @Test
    void shouldFindWhenThoseWereSentThatAreMissingBeforeSomeThatWaited() {
        for (int n = 200; n < 1_000; n++) {
            clock.heard(n, n * MILLI, BEHIND + Math.max(500, n) * MILLI);
        }
        assertThat(sent.time(100)).isEqualTo(BEHIND + 100 * MILLI);
        assertThat(sent.time(199)).isEqualTo(BEHIND + 199 * MILLI);
        assertThat(sent.time(200)).isEqualTo(BEHIND + 200 * MILLI);
        assertThat(sent.time(999)).isEqualTo(BEHIND + 999 * MILLI);
    }

    /** Its clock stands while it is moved. */
    @Test
    void shouldCountThePauseToWhatCameAfterIt() {
        for (int n = 150; n < 400; n++) {
            clock.heard(n, n * MILLI, BEHIND + (n + 70) * MILLI);
        }
        assertThat(sent.time(99)).isEqualTo(BEHIND + 99 * MILLI);
        assertThat(sent.time(149)).isEqualTo(BEHIND + 219 * MILLI);
        assertThat(sent.time(150)).isEqualTo(BEHIND + 220 * MILLI);
    }

    @Test
    void shouldTakeThePaceOfTheGuestForWhatIsMissing() {
        clock.heard(120, 99 * MILLI + 42 * MILLI, BEHIND + 141 * MILLI);
        assertThat(sent.time(110)).isEqualTo(BEHIND + (99 + 22) * MILLI);
    }

    @Test
    void shouldKeepTimesInTheOrderOfNumbers() {
        for (int n = 130; n < 6_000; n += n % 97 == 0 ? 5 : 1) {
            long late = n % 1_000 < 200 ? 200 - n % 1_000 : 0;
            clock.heard(n, n * MILLI, BEHIND + (n + late) * MILLI);
        }
        for (int n = 1; n < sent.next(); n++) {
            assertThat(sent.time(n)).as("number %d", n).isGreaterThanOrEqualTo(sent.time(n - 1));
        }
    }
}
