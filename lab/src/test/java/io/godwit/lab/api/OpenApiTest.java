package io.godwit.lab.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.bench.report.Checkout;
import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.client.ManagementException;
import io.godwit.lab.api.ApiDocument.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** docs/openapi.yaml says what the daemons do, neither more nor less. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class OpenApiTest {
    /** What goes on without an end. */
    private static final Set<String> STREAMS = Set.of("/v1/openapi.yaml", "/v1/events/stream", "/v1/capture");

    private final JsonMapper json = JsonMapper.shared();
    private final ApiDocument document;
    private final KeyPair mover;
    private final ApiDaemons daemons;

    OpenApiTest(@TempDir Path folder) throws IOException, GeneralSecurityException {
        document = new ApiDocument(Files.readAllBytes(Checkout.root().resolve("docs/openapi.yaml")));
        mover = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String key = Base64.getMimeEncoder().encodeToString(mover.getPublic().getEncoded());
        daemons = new ApiDaemons(folder, "-----BEGIN PUBLIC KEY-----\n" + key + "\n-----END PUBLIC KEY-----\n");
    }

    @BeforeAll
    void fill() {
        daemons.liveALittle();
    }

    @AfterAll
    void close() {
        daemons.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xtr", "map-resolver", "hypervisor"})
    void shouldNameEveryRouteAndNoOther(String daemon) {
        assertThat(document.operations(daemon)).isEqualTo(daemons.routes(daemon).operations());
    }

    @Test
    void shouldNameEveryRouteOfAMapServerAndNoOther() {
        SortedSet<String> all = new TreeSet<>(daemons.routes("map-server").operations());
        all.addAll(daemons.routes("member").operations());
        assertThat(document.operations("map-server")).isEqualTo(all);
    }

    @Test
    void shouldDescribeEachOperationWhole() {
        List<Operation> operations = document.operations();
        assertThat(operations.stream().map(one -> one.node().path("operationId").asString("")))
                .doesNotContain("")
                .doesNotHaveDuplicates();
        assertThat(operations).allSatisfy(one -> {
            assertThat(one.node().path("summary").asString("")).as(one.name()).isNotEmpty();
            assertThat(one.node().at("/responses/default/$ref").asString(""))
                    .as(one.name())
                    .isEqualTo("#/components/responses/Error");
            assertThat(one.node().path("parameters").toString().contains("idempotencyKey"))
                    .as(one.name())
                    .isEqualTo(one.name().startsWith("POST"));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "xtr, xtr",
        "map-server, map-server",
        "member, map-server",
        "map-resolver, map-resolver",
        "hypervisor, hypervisor"
    })
    void shouldAnswerAsItSays(String name, String daemon) {
        ManagementClient client = daemons.client(name);
        SortedSet<String> served = daemons.routes(name).operations();
        for (Operation operation : document.operations()) {
            String path = operation.name().replace("GET ", "");
            if (operation.isOf(daemon)
                    && served.contains(operation.name())
                    && path.startsWith("/")
                    && !STREAMS.contains(path)
                    && !(name.equals("member") && path.equals("/v1/tickets"))) {
                JsonNode answer = client.get(path);
                assertThat(document.problems(operation, answer))
                        .as(name + " " + path + ": " + answer)
                        .isEmpty();
            }
        }
    }

    @Test
    void shouldHaveSeenEveryKindOfRow() {
        ManagementClient xtr = daemons.client("xtr");
        assertThat(xtr.get("/v1/map-cache").size()).isPositive();
        assertThat(xtr.get("/v1/database").toString()).contains("static", "dynamic-prefix", ApiDaemons.VM);
        assertThat(xtr.get("/v1/registrations").size()).isPositive();
        assertThat(daemons.client("map-server").get("/v1/events").size()).isPositive();
    }

    /** In the order in which they stand there. */
    @Test
    void shouldTakeTheRequestsThatItShows() {
        ManagementClient xtr = daemons.client("xtr");
        for (Operation operation : document.operations()) {
            if (operation.isOf("xtr")) {
                operation
                        .node()
                        .at("/requestBody/content/application~1json/examples")
                        .propertyStream()
                        .forEach(example -> {
                            JsonNode request = example.getValue().path("value");
                            assertThat(document.requestProblems(operation, request))
                                    .as(operation.name() + " " + example.getKey())
                                    .isEmpty();
                            JsonNode answer = xtr.post(operation.name().replace("POST ", ""), request);
                            assertThat(document.problems(operation, answer))
                                    .as(operation.name() + " " + example.getKey() + ": " + answer)
                                    .isEmpty();
                        });
            }
        }
    }

    @Test
    void shouldNoticeAnAnswerOfAnotherForm() {
        assertThat(document.problems("Error", json.readTree("{\"error\":\"no\"}")))
                .isEmpty();
        assertThat(document.problems("Error", json.readTree("{\"error\":\"\"}")))
                .isNotEmpty();
        assertThat(document.problems("Error", json.readTree("{\"error\":\"no\",\"more\":1}")))
                .isNotEmpty();
        Operation status = document.operations().stream()
                .filter(one -> one.name().equals("GET /v1/status"))
                .findFirst()
                .orElseThrow();
        assertThat(document.problems(status, json.readTree("{\"role\":\"hypervisor\",\"guests\":1}")))
                .isEmpty();
        assertThat(document.problems(status, json.readTree("{\"role\":\"hypervisor\",\"guests\":-1}")))
                .isNotEmpty();
    }

    @Test
    void shouldTellOfAnOrder() {
        ManagementClient xtr = daemons.client("xtr");
        JsonNode answer =
                xtr.post("/v1/moves", Map.of("eids", List.of(ApiDaemons.VM), "phase", "order", "to", List.of("xtr-b")));
        assertThat(document.problems("Moves", answer)).as(answer.toString()).isEmpty();
        JsonNode orders = xtr.get("/v1/moves?eid=" + ApiDaemons.VM + "/32");
        assertThat(orders.size()).isEqualTo(1);
        assertThat(document.problems("Order", orders.path(0)))
                .as(orders.toString())
                .isEmpty();
    }

    @Test
    void shouldTellOfADomain() {
        ManagementClient agent = daemons.client("hypervisor");
        String xml = "<domain><devices><interface><mac address='02:00:00:00:01:0A'/></interface></devices></domain>";
        JsonNode answer = agent.post("/v1/domains", Map.of("xml", xml));
        assertThat(document.problems("Domain", answer)).as(answer.toString()).isEmpty();
        assertThat(answer.path("eids").toString()).isEqualTo("[\"10.1.0.10/32\"]");
        assertThat(agent.post("/v1/domains", Map.of("xml", "<domain/>")).path("eids"))
                .isEmpty();
        assertThatThrownBy(() -> agent.post("/v1/domains", Map.of("xml", "<domain>")))
                .isInstanceOfSatisfying(
                        ManagementException.class, e -> assertThat(e.status()).isEqualTo(400));
    }

    @Test
    void shouldTakeATicket() throws GeneralSecurityException {
        ManagementClient server = daemons.client("map-server");
        String ticket = ticket("godwit-move-1\n10.1.0.9/32\n192.0.2.1\n192.0.2.2\n17\n2033-12-31T23:59:59Z");
        JsonNode permits = server.post("/v1/tickets", Map.of("ticket", ticket));
        assertThat(document.problems("Ticket", permits)).as(permits.toString()).isEmpty();
        assertThat(server.get("/v1/tickets").toString()).contains("192.0.2.2");
    }

    private String ticket(String payload) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(mover.getPrivate());
        byte[] octets = payload.getBytes(StandardCharsets.US_ASCII);
        signature.update(octets);
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString(octets) + "." + base64.encodeToString(signature.sign());
    }

    @Test
    void shouldStreamEventsAsItSays() throws IOException {
        StringBuilder text = new StringBuilder();
        assertThatThrownBy(() -> daemons.client("map-server").stream("/v1/events/stream?since=0", piece -> {
                    text.append(new String(piece, StandardCharsets.UTF_8));
                    if (text.indexOf("data:") > 0 && text.toString().endsWith("\n\n")) {
                        throw new IOException("enough");
                    }
                }))
                .hasMessage("enough");
        List<String> data = text.toString()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .collect(Collectors.toList());
        assertThat(data).isNotEmpty().allSatisfy(line -> assertThat(
                        document.problems("StreamedEvent", json.readTree(line)))
                .as(line)
                .isEmpty());
    }

    @Test
    void shouldRefuseAsItSays() {
        assertThatThrownBy(() -> daemons.client("member").post("/v1/cluster/snapshot", Map.of()))
                .isInstanceOfSatisfying(
                        ManagementException.class, e -> assertThat(e.status()).isEqualTo(409));
        assertThatThrownBy(() -> daemons.client("xtr").post("/v1/moves", Map.of("phase", "prepare")))
                .isInstanceOfSatisfying(
                        ManagementException.class, e -> assertThat(e.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xtr", "map-server", "map-resolver", "hypervisor"})
    void shouldBeServedByEveryDaemon(String daemon) throws IOException {
        ByteArrayOutputStream served = new ByteArrayOutputStream();
        daemons.client(daemon).stream("/v1/openapi.yaml", served::writeBytes);
        assertThat(new ApiDocument(served.toByteArray()).root()).isEqualTo(document.root());
    }
}
