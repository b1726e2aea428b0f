package io.godwit.daemon.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Urgency;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private static final boolean ALLOWED = "root".equals(System.getProperty("user.name"));
    private static final int MANY = 1_000_000;

    private final RouteTable routes = new RouteTable();

    @Test
    void shouldWriteAnAnswer() {
        assertThat(new String(routes.write(List.of("a", 1)), StandardCharsets.UTF_8))
                .isEqualTo("[\"a\",1]");
    }

    @Test
    void shouldNotBeUrgentWhileItWritesALongAnswer() throws Exception {
        List<Runnable> reviews = new ArrayList<>();
        FutureTask<Integer> task = new FutureTask<>(() -> {
            new Urgency(System::nanoTime, TimeUnit.MILLISECONDS.toNanos(1), (nanos, review) -> reviews.add(review))
                    .begin();
            return routes.write(Collections.nCopies(MANY, "10.1.0.10/32")).length;
        });
        Thread.ofPlatform().start(task);

        assertThat(task.get()).isEqualTo(MANY * 15 + 1);
        assertThat(reviews).as("it is to be urgent again later").hasSizeGreaterThanOrEqualTo(ALLOWED ? 1 : 0);
    }
}
