package io.godwit.hypervisor.qmp;

import tools.jackson.databind.JsonNode;

/**
 * Something that happened to a guest.
 *
 * @param name as QEMU names it: {@code STOP}, {@code RESUME}, {@code MIGRATION}
 * @param epochMicros when, by the host's wall clock
 * @param receivedNanos when it was read here, {@link System#nanoTime}
 */
public record QmpEvent(String name, JsonNode data, long epochMicros, long receivedNanos) {
    /** Of a {@code MIGRATION} event; empty of others. */
    public String status() {
        return data.path("status").asString("");
    }

    static QmpEvent of(JsonNode message, long receivedNanos) {
        JsonNode time = message.path("timestamp");
        return new QmpEvent(
                message.path("event").asString(""),
                message.path("data"),
                time.path("seconds").asLong(0) * 1_000_000
                        + time.path("microseconds").asLong(0),
                receivedNanos);
    }
}
