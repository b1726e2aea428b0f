package io.godwit.mapserver.config;

/**
 * Where xTRs may keep a session that spares them Map-Registers: docs/REFRESH-SESSIONS.md.
 *
 * @param port TCP, at the addresses that the map-server listens on
 * @param most sessions at once
 */
public record SessionsConfig(int port, int most) {}
