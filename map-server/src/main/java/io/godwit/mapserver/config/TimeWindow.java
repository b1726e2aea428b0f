package io.godwit.mapserver.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;

/**
 * When something is allowed. Text form: each day between two times of day in UTC, {@code 22:00-06:00}, or once between two instants,
 * {@code 2026-03-01T22:00:00Z/2026-03-02T06:00:00Z}; without the end itself.
 */
public sealed interface TimeWindow {
    boolean contains(Instant time);

    /** Over midnight when the end is not after the start. */
    record Daily(LocalTime start, LocalTime end) implements TimeWindow {
        @Override
        public boolean contains(Instant time) {
            LocalTime now = LocalTime.ofInstant(time, ZoneOffset.UTC);
            boolean begun = !now.isBefore(start);
            boolean over = !now.isBefore(end);
            return start.isBefore(end) ? begun && !over : begun || !over;
        }

        @Override
        public String toString() {
            return start + "-" + end;
        }
    }

    record Once(Instant start, Instant end) implements TimeWindow {
        public Once {
            if (!start.isBefore(end)) {
                throw new IllegalArgumentException("the window " + start + "/" + end + " ends before it begins");
            }
        }

        @Override
        public boolean contains(Instant time) {
            return !time.isBefore(start) && time.isBefore(end);
        }

        @Override
        public String toString() {
            return start + "/" + end;
        }
    }

    static TimeWindow parse(String text) {
        try {
            int slash = text.indexOf('/');
            if (slash >= 0) {
                return new Once(Instant.parse(text.substring(0, slash)), Instant.parse(text.substring(slash + 1)));
            }
            int dash = text.indexOf('-');
            return new Daily(
                    LocalTime.parse(text.substring(0, Math.max(0, dash))), LocalTime.parse(text.substring(dash + 1)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a window such as 22:00-06:00 or 2026-03-01T22:00:00Z/2026-03-02T06:00:00Z",
                    e);
        }
    }
}
