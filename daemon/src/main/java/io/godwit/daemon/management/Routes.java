package io.godwit.daemon.management;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What a daemon serves. Handlers run on the control thread and return records or collections of them, which become JSON. Field names are
 * part of the API.
 *
 * <p>What a handler returns must not change any more: another thread writes it. Addresses, EID-prefixes and other values with a text form
 * are written as that text, enums in kebab-case, absent optionals not at all.
 */
public interface Routes {
    /** @param handler gets the query parameters */
    void get(String path, Function<Map<String, String>, Object> handler);

    /**
     * An answer that goes on for as long as both sides like.
     *
     * @param handler gets the query parameters and where to write; it returns at once and leaves the writing to another thread
     */
    default void stream(String path, String mediaType, BiConsumer<Map<String, String>, OctetStream> handler) {
        throw new UnsupportedOperationException("nothing is streamed here");
    }

    <T> void post(String path, Class<T> body, Function<T, Object> handler);

    /** Refuses a request with a status and a sentence for the user. */
    final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;

        public Refusal(int status, String message) {
            super(message);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }
}
