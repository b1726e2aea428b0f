package io.godwit.daemon.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.StartException;
import io.godwit.daemon.config.ManagementConfig;
import io.godwit.daemon.config.TlsConfig;
import io.godwit.daemon.net.ControlThread;
import io.godwit.packet.address.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With certificates that openssl makes. */
@Timeout(120)
class MutualTlsTest {
    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    static Path folder;

    private final ControlThread control = new ControlThread("control");
    private final RouteTable routes = new RouteTable();

    @BeforeAll
    static void certificates() throws Exception {
        for (String who : List.of("server", "operator", "stranger")) {
            String command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                    + " -subj /CN=" + who + " -addext subjectAltName=IP:127.0.0.1 -keyout "
                    + folder.resolve(who + ".key")
                    + " -out " + folder.resolve(who + ".pem");
            Process process = new ProcessBuilder(command.split(" ", -1))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("openssl.log").toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
    }

    @BeforeEach
    void serve() {
        routes.get("/v1/status", query -> Map.of("role", "xtr"));
    }

    @AfterEach
    void close() {
        control.close();
    }

    private static Certificate certificate(String who) throws Exception {
        try (InputStream in = Files.newInputStream(folder.resolve(who + ".pem"))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static KeyStore load(String who) throws Exception {
        String pem = Files.readString(folder.resolve(who + ".key")).replaceAll("-----[A-Z ]+-----|\\s", "");
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        loaded.load(null, null);
        loaded.setKeyEntry(
                "key",
                KeyFactory.getInstance("EC")
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem))),
                PASSWORD,
                new Certificate[] {certificate(who)});
        return loaded;
    }

    private TlsConfig tls(int port, String key) {
        return new TlsConfig(
                IpAddress.parse("127.0.0.1"),
                port,
                folder.resolve("server.pem"),
                folder.resolve(key),
                folder.resolve("operator.pem"));
    }

    private ManagementServer start(TlsConfig tls) {
        return ManagementServer.start(
                new ManagementConfig(folder.resolve("run/xtr.sock"), Optional.of(tls)), routes, control.timers());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** @param who shows its certificate; empty: nobody */
    private String get(int port, String who) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(who.isEmpty() ? trusted : load(who), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/v1/status"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void shouldServeWhoShowsACertificateAndNobodyElse() throws Exception {
        int port = freePort();
        try (ManagementServer server = start(tls(port, "server.key"))) {
            assertThat(server).isNotNull();
            assertThat(get(port, "operator")).isEqualTo("{\"role\":\"xtr\"}");
            assertThatThrownBy(() -> get(port, "stranger")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(port, "")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldNameTheFileThatIsWrong() throws Exception {
        Files.writeString(folder.resolve("broken.key"), "no key\n");

        assertThatThrownBy(() -> start(tls(0, "broken.key")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("broken.key is not the PKCS #8 key");
        assertThatThrownBy(() -> start(tls(0, "nothing.key")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("nothing.key cannot be read");
    }
}
