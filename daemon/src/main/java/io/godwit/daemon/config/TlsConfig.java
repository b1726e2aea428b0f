package io.godwit.daemon.config;

import io.godwit.packet.address.IpAddress;
import java.nio.file.Path;

/**
 * The management API over TCP, for whoever shows a certificate. All files are PEM; the key is PKCS #8 without a passphrase.
 *
 * @param certificate of this daemon, and those between it and its authority
 * @param key of the certificate
 * @param clientCa authorities whose certificates clients may show
 */
public record TlsConfig(IpAddress address, int port, Path certificate, Path key, Path clientCa) {}
