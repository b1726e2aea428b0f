package io.godwit.mapserver.cluster;

import io.godwit.daemon.net.Timers;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;

/** Commands on their way to the leader: what one turn of the control thread brings goes together, a length before each. */
final class Outbox {
    private static final Duration RETRY = Duration.ofMillis(2);

    private final SharedLog log;
    private final Timers timers;
    private final ByteBuffer batch = ByteBuffer.allocate(SharedLog.LARGEST);
    private boolean scheduled;

    Outbox(SharedLog log, Timers timers) {
        this.log = log;
        this.timers = timers;
    }

    /** Returns false when what waits already cannot be sent, and there is no room for more. */
    boolean add(Consumer<ByteBuffer> command) {
        if (!put(command) && (!send() || !put(command))) {
            return false;
        }
        if (!scheduled) {
            scheduled = true;
            timers.execute(this::flush);
        }
        return true;
    }

    private boolean put(Consumer<ByteBuffer> command) {
        int start = batch.position();
        try {
            batch.putInt(0);
            command.accept(batch);
            batch.putInt(start, batch.position() - start - Integer.BYTES);
            return true;
        } catch (BufferOverflowException | IndexOutOfBoundsException e) {
            batch.position(start);
            return false;
        }
    }

    private boolean send() {
        if (batch.position() > 0 && log.offer(batch.array(), batch.position())) {
            batch.clear();
        }
        return batch.position() == 0;
    }

    private void flush() {
        scheduled = !send();
        if (scheduled) {
            timers.after(RETRY, this::flush);
        }
    }

    /** Whether something waits for a leader. */
    boolean isStuck() {
        return scheduled;
    }
}
