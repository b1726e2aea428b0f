package io.godwit.daemon.management;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.util.TlsEngineType;
import com.linecorp.armeria.server.ServerBuilder;
import io.godwit.daemon.StartException;
import io.godwit.daemon.config.TlsConfig;
import io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;

/** HTTPS for clients with a certificate of an authority that is named. Whoever has none does not get past the handshake. */
final class MutualTls {
    private MutualTls() {}

    /** Throws {@link StartException} with a sentence that names the file that is wrong. */
    static void open(ServerBuilder builder, TlsConfig config) {
        X509Certificate[] authorities = certificates(config.clientCa(), "client-ca");
        certificates(config.certificate(), "certificate");
        if (!Files.isReadable(config.key())) {
            throw new StartException("management.tcp.key " + config.key() + " cannot be read");
        }
        try {
            builder.port(new InetSocketAddress(config.address().toInetAddress(), config.port()), SessionProtocol.HTTPS)
                    .tlsEngineType(TlsEngineType.JDK)
                    .tls(TlsKeyPair.of(
                            config.key().toFile(), config.certificate().toFile()))
                    .tlsCustomizer(tls -> tls.clientAuth(ClientAuth.REQUIRE).trustManager(authorities));
        } catch (IllegalArgumentException e) {
            throw new StartException(
                    "management.tcp.key " + config.key() + " is not the PKCS #8 key (PEM, no passphrase) of "
                            + config.certificate() + ": " + e.getMessage(),
                    e);
        }
    }

    private static X509Certificate[] certificates(Path file, String key) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends java.security.cert.Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new StartException("management.tcp." + key + " " + file + " has no certificate in it");
            }
            return found.toArray(X509Certificate[]::new);
        } catch (IOException e) {
            throw new StartException("management.tcp." + key + " " + file + " cannot be read: " + e.getMessage(), e);
        } catch (CertificateException e) {
            throw new StartException("management.tcp." + key + " " + file + " is no certificate (PEM)", e);
        }
    }
}
