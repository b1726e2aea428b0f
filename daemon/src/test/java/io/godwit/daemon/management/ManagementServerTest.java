package io.godwit.daemon.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.StartException;
import io.godwit.daemon.management.UnixHttp.Reply;
import io.godwit.daemon.net.ControlThread;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.Action;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class ManagementServerTest {
    record Locator(LispAddress address, int priority, Optional<String> note) {}

    record Mapping(String eid, Action action, List<Locator> locators) {}

    record Move(String eid, int epoch, IpAddress to) {}

    @TempDir
    Path folder;

    private Path socket = Path.of("");
    private final ControlThread control = new ControlThread("control");
    private final RouteTable routes = new RouteTable();

    @BeforeEach
    void fill() {
        socket = folder.resolve("run/xtr-a.sock");
        routes.get(
                "/v1/map-cache",
                parameters -> List.of(new Mapping(
                        parameters.getOrDefault("eid", "none"),
                        Action.DROP_POLICY_DENIED,
                        List.of(new Locator(IpAddress.parse("2001:db8::1"), 1, Optional.empty())))));
        routes.get("/v1/thread", parameters -> List.of(Thread.currentThread().getName()));
        routes.get("/v1/broken", parameters -> {
            throw new IllegalStateException("a mistake");
        });
        routes.post("/v1/moves", Move.class, move -> {
            if (move.epoch() < 2) {
                throw new Routes.Refusal(409, move.eid() + " has epoch 2 already");
            }
            return move;
        });
    }

    @AfterEach
    void close() {
        control.close();
    }

    private ManagementServer start() {
        return ManagementServer.start(socket, routes, control.timers());
    }

    @Test
    void shouldServeWhatTheHandlersReturnAsJson() throws IOException {
        try (ManagementServer server = start()) {
            assertThat(server).isNotNull();
            assertThat(UnixHttp.get(socket, "/v1/map-cache?eid=10.1.0.0%2F24"))
                    .isEqualTo(new Reply(
                            200,
                            "[{\"eid\":\"10.1.0.0/24\",\"action\":\"drop-policy-denied\","
                                    + "\"locators\":[{\"address\":\"2001:db8::1\",\"priority\":1}]}]"));
            assertThat(UnixHttp.get(socket, "/v1/thread").body()).startsWith("[\"control");
            assertThat(UnixHttp.post(socket, "/v1/moves", "{\"eid\":\"a\",\"epoch\":2,\"to\":\"192.0.2.1\"}"))
                    .isEqualTo(new Reply(200, "{\"eid\":\"a\",\"epoch\":2,\"to\":\"192.0.2.1\"}"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /v1/nothing | '' | 404 | there is no /v1/nothing; there are /v1/broken, /v1/map-cache, /v1/thread",
                "GET /v1/moves | '' | 405 | /v1/moves does not take GET",
                "DELETE /v1/moves | '' | 405 | only GET and POST are served, not DELETE",
                "POST /v1/moves | '{\"eid\":\"a\",\"epoch\":1}' | 409 | a has epoch 2 already",
                "POST /v1/moves | '{\"eid\"' | 400 | the body is not what is wanted",
                "POST /v1/moves | '{\"eid\":\"a\",\"epoch\":7,\"to\":\"here\"}' | 400 | /to 'here' is not a",
                "POST /v1/moves | '{\"ied\":\"a\"}' | 400 | the body is not what is wanted",
                "GET /v1/broken | '' | 500 | a mistake",
            })
    void shouldSayInJsonWhyItRefuses(String request, String body, int status, String sentence) throws IOException {
        try (ManagementServer server = start()) {
            assertThat(server).isNotNull();
            Reply reply = UnixHttp.send(socket, request, body);
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.body()).startsWith("{\"error\":\"").contains(sentence);
        }
    }

    @Test
    void shouldLetOwnerAndGroupIn() throws IOException {
        try (ManagementServer server = start()) {
            assertThat(server).isNotNull();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-rw----");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void shouldReplaceTheSocketOfAProcessThatIsGone() throws IOException {
        Files.createDirectories(socket.getParent());
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();
        assertThat(socket).exists();
        try (ManagementServer server = start()) {
            assertThat(server).isNotNull();
            assertThat(UnixHttp.get(socket, "/v1/thread").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldLeaveTheSocketOfALivingProcessAlone() throws IOException {
        try (ManagementServer server = start()) {
            assertThat(server).isNotNull();
            assertThatThrownBy(this::start)
                    .isInstanceOf(StartException.class)
                    .hasMessage("management socket " + socket + " belongs to a process that runs: stop it, or set"
                            + " management.socket to another path");
            assertThat(UnixHttp.get(socket, "/v1/thread").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldNotRemoveAFileThatIsNoSocket() throws IOException {
        Files.createDirectories(socket.getParent());
        Files.writeString(socket, "precious");
        assertThatThrownBy(this::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining(socket + " is another kind of file");
        assertThat(socket).hasContent("precious");
    }

    @Test
    void shouldLeaveTheSocketOfItsSuccessorAlone() throws IOException {
        try (ManagementServer server = start()) {
            assertThat(server).isNotNull();
            Files.delete(socket);
            Files.writeString(socket, "successor");
        }
        assertThat(socket).hasContent("successor");
    }
}
