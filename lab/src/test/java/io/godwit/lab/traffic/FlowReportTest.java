package io.godwit.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowReportTest {
    @TempDir
    Path folder;

    private FlowLog sent;
    private FlowLog arrived;

    @BeforeEach
    void create() {
        sent = FlowLog.create(folder.resolve("sent"), 100);
        arrived = FlowLog.create(folder.resolve("arrived"), 100);
    }

    private void sendAt(int sequence, long time) {
        sent.sent(sequence, time);
    }

    /** One every ten nanoseconds. */
    private void sendTen() {
        for (int i = 0; i < 10; i++) {
            sendAt(i, 1000 + i * 10L);
        }
    }

    /** Five nanoseconds after they were sent. */
    private void arrive(int first, int end) {
        for (int i = first; i < end; i++) {
            arrived.arrived(i, 1005 + i * 10L);
        }
    }

    @Test
    void shouldFindWhatNeverArrivedAndTheLongestSilence() {
        sendTen();
        arrive(0, 3);
        arrive(6, 10);

        FlowReport report = FlowReport.of(sent, arrived, 0, 2000);

        assertThat(report).isEqualTo(new FlowReport(10, 3, 40, 1025, 1030, 1050, List.of(3, 4, 5)));
    }

    @Test
    void shouldMeasureASilenceAtTheBeginningOfTheSpan() {
        sendTen();
        arrive(6, 10);

        FlowReport report = FlowReport.of(sent, arrived, 0, 2000);

        assertThat(report).isEqualTo(new FlowReport(10, 6, 65, 1000, 1000, 1050, List.of(0, 1, 2, 3, 4, 5)));
    }

    @Test
    void shouldMeasureASilenceAtTheEndOfTheSpan() {
        sendTen();
        arrive(0, 4);

        FlowReport report = FlowReport.of(sent, arrived, 0, 2000);

        assertThat(report).isEqualTo(new FlowReport(10, 6, 55, 1035, 1040, 1090, List.of(4, 5, 6, 7, 8, 9)));
    }

    @Test
    void shouldCountOnlyWhatWasSentInTheSpan() {
        sendTen();
        arrived.arrived(3, 1031);
        arrived.arrived(4, 1041);

        FlowReport report = FlowReport.of(sent, arrived, 1030, 1060);

        assertThat(report.sent()).isEqualTo(3);
        assertThat(report.lost()).isEqualTo(1);
    }

    @Test
    void shouldNotCountWhatTheKernelRefusedToSend() {
        sendAt(0, 1000);
        sendAt(5, 1050);
        sendAt(6, 1060);
        arrived.arrived(0, 1001);
        arrived.arrived(6, 1061);

        FlowReport report = FlowReport.of(sent, arrived, 1001, 2000);

        assertThat(report.sent()).isEqualTo(2);
        assertThat(report.lost()).isEqualTo(1);
    }

    @Test
    void shouldMeasureNoSilenceBackwards() {
        sendAt(0, 1000);
        sendAt(1, 1010);
        sendAt(2, 1020);
        arrived.arrived(1, 1015);
        arrived.arrived(0, 1016);
        arrived.arrived(2, 1025);

        assertThat(FlowReport.of(sent, arrived, 0, 2000).longestGapNanos()).isEqualTo(9);
    }

    @Test
    void shouldCountDuplicatesAndReordering() {
        arrived.arrived(0, 1);
        arrived.arrived(2, 2);
        arrived.arrived(1, 3);
        arrived.arrived(2, 4);

        FlowLog looker = FlowLog.open(folder.resolve("arrived"));
        assertThat(looker.duplicates()).isEqualTo(1);
        assertThat(looker.reordered()).isEqualTo(1);
        assertThat(looker.next()).isEqualTo(3);
        assertThat(looker.time(2)).as("the first arrival counts").isEqualTo(2);
    }
}
