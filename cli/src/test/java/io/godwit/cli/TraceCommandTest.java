package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.client.FakeDaemon;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TraceCommandTest {
    private static final String TRACE = """
        {"active":true,"filter":"host 10.0.0.5","wanted":2,"seen":1,"lost":3,"packets":[
         {"number":1,"direction":"from-site","epochMicros":0,"packet":"10.0.0.5 > 10.2.0.5 ICMP","octets":84,
          "verdict":"drop-no-locator","stages":[
           {"stage":"intake","micros":0.0,"verdict":"arrived","details":{"on":"lisp0","trafficClass":0}},
           {"stage":"lookup","micros":4.25,"verdict":"drop-no-locator","details":{}}]}]}
        """;

    @TempDir
    Path folder;

    private FakeDaemon xtr;

    @BeforeEach
    void start() throws IOException {
        xtr = new FakeDaemon(folder, "xtr-a");
    }

    @AfterEach
    void stop() throws IOException {
        xtr.close();
    }

    private Godwit.Run trace(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "trace";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--socket";
        all[all.length - 1] = xtr.socket().toString();
        return Godwit.run(all);
    }

    @Test
    void shouldShowEachStageWithItsTimeAndVerdict() {
        xtr.answer("GET /v1/trace", TRACE);
        Godwit.Run run = trace("show");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("from site  10.0.0.5 > 10.2.0.5 ICMP, 84 octets\n")
                .contains("  intake          +0.0 us  arrived: on lisp0, traffic class 0\n")
                .contains("  lookup          +4.3 us  drop-no-locator\n")
                .endsWith("1 of 2 packets that match: host 10.0.0.5, waiting for more; 3 records found no room\n");
        assertThat(trace("show", "-o", "json").out()).contains("\"verdict\" : \"drop-no-locator\"");
    }

    @Test
    void shouldAskForPackets() {
        xtr.answer("POST /v1/trace", TRACE);
        assertThat(trace("add", "2", "--filter", "host 10.0.0.5").exitCode()).isZero();
        assertThat(xtr.posts()).singleElement().asString().contains("\"count\":2", "\"filter\":\"host 10.0.0.5\"");
        assertThat(trace("clear").exitCode()).isZero();
        assertThat(xtr.posts().getLast()).contains("\"count\":0");
    }

    @Test
    void shouldSayWhyAFilterWasRefused() {
        xtr.answer("POST /v1/trace", 400, "{\"error\":\"the filter 'x' is not a pcap filter: syntax error\"}");
        Godwit.Run run = trace("add", "--filter", "x");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("godwit: xtr-a: the filter 'x' is not a pcap filter: syntax error\n");
    }

    @Test
    void shouldSayWhatToDoWhenNothingIsTraced() {
        xtr.answer(
                "GET /v1/trace",
                "{\"active\":false,\"filter\":\"\",\"wanted\":0,\"seen\":0,\"lost\":0,\"packets\":[]}");
        assertThat(trace("show").out()).isEqualTo("nothing is traced: godwit trace add 100\n");
    }
}
