package io.godwit.daemon.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.management.RouteTable.Answer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class IdempotencyTest {
    private final Idempotency idempotency = new Idempotency();
    private int done;

    private Answer ask(String key, String body, int status) {
        return idempotency.once(key, "/v1/moves", body.getBytes(StandardCharsets.UTF_8), () -> {
            done++;
            return new Answer(status, "answer " + done);
        });
    }

    @Test
    void shouldDoARequestOnce() {
        assertThat(ask("a", "{}", 200).body()).isEqualTo("answer 1");
        assertThat(ask("a", "{}", 200).body()).isEqualTo("answer 1");
        assertThat(ask("b", "{}", 200).body()).isEqualTo("answer 2");
        assertThat(done).isEqualTo(2);
    }

    @Test
    void shouldDoAgainWhatWasRefused() {
        assertThat(ask("a", "{}", 409).status()).isEqualTo(409);
        assertThat(ask("a", "{}", 200).body()).isEqualTo("answer 2");
    }

    @Test
    void shouldRefuseAKeyForAnotherRequest() {
        ask("a", "{}", 200);

        assertThat(ask("a", "{\"eid\": 1}", 200).status()).isEqualTo(422);
        assertThat(ask(" ", "{}", 200).status()).isEqualTo(400);
        assertThat(ask("x".repeat(129), "{}", 200).status()).isEqualTo(400);
        assertThat(done).isEqualTo(1);
    }

    @Test
    void shouldForgetTheOldestOfTooMany() {
        for (int i = 0; i <= Idempotency.MAX; i++) {
            ask("key " + i, "{}", 200);
        }
        int before = done;

        ask("key 1", "{}", 200);
        assertThat(done).as("still known").isEqualTo(before);
        ask("key 0", "{}", 200);
        assertThat(done).as("forgotten").isEqualTo(before + 1);
    }
}
