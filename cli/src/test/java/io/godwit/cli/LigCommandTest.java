package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.Godwit.Run;
import io.godwit.cli.client.FakeDaemon;
import io.godwit.cli.lig.FakeResolver;
import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class LigCommandTest {
    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

    private static MapReply positive(MapRequest request) {
        LispAddress eid = request.records().getFirst().eid();
        return new MapReply(
                false,
                false,
                request.nonce(),
                List.of(new EidRecord(
                        1440,
                        request.records().getFirst().maskLength(),
                        Action.NO_ACTION,
                        true,
                        0,
                        eid,
                        List.of(
                                RlocRecord.unicast(IpAddress.parse("192.0.2.1"), 1, 100, true),
                                RlocRecord.unicast(IpAddress.parse("2001:db8::1"), 255, 0, false)))));
    }

    private static MapReply negative(MapRequest request) {
        EidRecord hole =
                new EidRecord(15, 13, Action.NATIVELY_FORWARD, false, 0, IpAddress.parse("10.8.0.0"), List.of());
        return new MapReply(false, false, request.nonce(), List.of(hole));
    }

    private static Run lig(FakeResolver resolver, String... arguments) throws IOException {
        String[] all = new String[arguments.length + 7];
        String[] fixed = {"lig", "--to", "127.0.0.1", "--port", "" + resolver.port(), "--count", "3"};
        System.arraycopy(fixed, 0, all, 0, fixed.length);
        System.arraycopy(arguments, 0, all, fixed.length, arguments.length);
        return Godwit.run(all);
    }

    @Test
    void shouldPrintTheLocatorsOfAnEid() throws IOException {
        try (FakeResolver resolver = new FakeResolver(LOOPBACK, (request, before) -> List.of(positive(request)))) {
            Run run = lig(resolver, "10.1.0.5");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out().replaceAll("after [0-9.]+ ms", "after 1 ms")).isEqualTo("""
                Map-Request to 127.0.0.1 for 10.1.0.5/32 ...
                Map-Reply from 127.0.0.1 after 1 ms

                10.1.0.5/32, ttl: 1440 min, authoritative
                  Locator      State  Pri/Wgt
                  192.0.2.1    up     1/100
                  2001:db8::1  up     255/0
                """);
            assertThat(resolver.asked().getFirst().destination()).isEqualTo(IpAddress.parse("10.1.0.5"));
            assertThat(resolver.asked().getFirst().source()).isEqualTo(LOOPBACK);
        }
    }

    @Test
    void shouldAskForAPrefixInAnInstanceOnBehalfOfAnEid() throws IOException {
        try (FakeResolver resolver = new FakeResolver(LOOPBACK, (request, before) -> List.of(positive(request)))) {
            Run run = lig(resolver, "[7]2001:db8:1::/64", "--source", "[7]2001:db8:2::1", "-o", "jsonl");
            assertThat(run.out()).contains("\"eid\":\"[7]2001:db8:1::/64\"", "\"action\":\"no-action\"");
            MapRequest request = (MapRequest) resolver.asked().getFirst().message();
            assertThat(request.sourceEid()).isEqualTo(new InstanceIdAddress(7, IpAddress.parse("2001:db8:2::1")));
            assertThat(request.records().getFirst().maskLength()).isEqualTo(64);
            assertThat(resolver.asked().getFirst().destination())
                    .as("of the family of the inner source")
                    .isEqualTo(LOOPBACK);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {"'\"ietf.lisp\"', 80", "'[7]\"a/b\"', 32", "'\"\"', 8"})
    @Conformance("C088")
    void shouldAskForANameWithTheBitsOfTheNameAndItsNul(String name, int maskLength) throws IOException {
        try (FakeResolver resolver = new FakeResolver(LOOPBACK, (request, before) -> List.of(positive(request)))) {
            assertThat(lig(resolver, name).exitCode()).isZero();
            MapRequest request = (MapRequest) resolver.asked().getFirst().message();
            assertThat(request.records().getFirst())
                    .isEqualTo(new MapRequest.RequestedEid(false, maskLength, AddressText.parse(name)));
        }
    }

    @Test
    void shouldExitWith3OnANegativeReply() throws IOException {
        try (FakeResolver resolver = new FakeResolver(LOOPBACK, (request, before) -> List.of(negative(request)))) {
            Run run = lig(resolver, "10.9.0.1");
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.out())
                    .endsWith("10.8.0.0/13, ttl: 15 min\n  Negative cache entry, action: natively-forward\n");
        }
    }

    @Test
    void shouldAskAgainWhenNoAnswerComes() throws IOException {
        try (FakeResolver resolver =
                new FakeResolver(LOOPBACK, (request, before) -> before < 2 ? List.of() : List.of(positive(request)))) {
            Run run = lig(resolver, "10.1.0.5", "--timeout", "50ms");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("Map-Request 3 to 127.0.0.1");
        }
    }

    @Test
    void shouldIgnoreAReplyToANonceItDidNotSend() throws IOException {
        try (FakeResolver resolver = new FakeResolver(
                LOOPBACK,
                (request, before) -> List.of(
                        new MapReply(
                                false,
                                false,
                                request.nonce() + 1,
                                positive(request).records()),
                        negative(request)))) {
            assertThat(lig(resolver, "10.9.0.1").exitCode()).isEqualTo(3);
        }
    }

    @Test
    void shouldSayWhatToCheckWhenNobodyAnswers() throws IOException {
        try (FakeResolver resolver = new FakeResolver(LOOPBACK, (request, before) -> List.of())) {
            Run run = lig(resolver, "10.1.0.5", "--timeout", "20ms", "-o", "json");
            assertThat(run)
                    .isEqualTo(new Run(
                            1,
                            "",
                            "godwit: no answer from 127.0.0.1 port " + resolver.port()
                                    + " to 3 Map-Requests of 20 ms each: is that the map-resolver, and does it reach"
                                    + " 127.0.0.1?\n"));
        }
    }

    @Test
    void shouldTakeTheResolverOfALocalXtr(@TempDir Path folder) throws IOException {
        try (FakeResolver resolver = new FakeResolver(LOOPBACK, (request, before) -> List.of(positive(request)));
                FakeDaemon xtr = new FakeDaemon(folder, "xtr-a")) {
            xtr.answer("GET /v1/status", "{\"mapResolvers\":[\"127.0.0.1\"]}");
            Run run = Godwit.run("lig", "10.1.0.5", "--socket-dir", folder.toString(), "--port", "" + resolver.port());
            assertThat(run.exitCode()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.1.0.500 | 192.0.2.1 | '10.1.0.500' is not an EID such as 10.1.0.5, 2001:db8::5 or [7]10.1.0.0/24",
                "10.1.0.0/33 | 192.0.2.1 | '10.1.0.0/33' has a prefix length that is not within 0..32",
                "10.1.0.5 | ms.example | --to: 'ms.example' is not",
            },
            quoteCharacter = '"')
    void shouldSayWhatIsWrongWithAnArgument(String eid, String resolver, String sentence) {
        Run run = Godwit.run("lig", eid, "--to", resolver, "--from", "127.0.0.1");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith(sentence);
    }
}
