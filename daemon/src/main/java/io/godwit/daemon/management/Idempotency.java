package io.godwit.daemon.management;

import io.godwit.daemon.management.RouteTable.Answer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Requests that a client marked with a key of its own, so that it may send them again when it did not get the answer: one that was done
 * is not done again, and has the same answer. One that was refused may be tried again. The last {@value #MAX} keys are remembered.
 */
final class Idempotency {
    static final int MAX = 4_096;
    private static final int MAX_KEY = 128;

    private record Done(String request, Answer answer) {}

    private final Map<String, Done> done = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Done> eldest) {
            return size() > MAX;
        }
    };

    Answer once(String key, String path, byte[] body, Supplier<Answer> handler) {
        if (key.isBlank() || key.length() > MAX_KEY) {
            return Answer.error(400, "an Idempotency-Key has 1 to " + MAX_KEY + " characters");
        }
        String request = path + " " + digest(body);
        Done earlier = done.get(key);
        if (earlier != null) {
            return earlier.request.equals(request)
                    ? earlier.answer
                    : Answer.error(422, "the Idempotency-Key " + key + " was used for another request");
        }
        Answer answer = handler.get();
        if (answer.status() < 300) {
            done.put(key, new Done(request, answer));
        }
        return answer;
    }

    private static String digest(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
