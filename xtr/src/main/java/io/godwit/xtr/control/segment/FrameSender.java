package io.godwit.xtr.control.segment;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/** Sends frames on a thread of its own: when a thousand hosts move at once, the control thread has better things to do. */
final class FrameSender implements AutoCloseable {
    private static final int MAX_WAITING = 8_192;

    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Consumer<byte[]> out;
    private final Thread thread;

    FrameSender(String interfaceName, Consumer<byte[]> out) {
        this.out = out;
        thread = Thread.ofPlatform()
                .daemon()
                .name("segment-" + interfaceName + "-sender")
                .start(this::run);
    }

    /** @return false when too many wait; then it is not sent */
    boolean offer(byte[] frame) {
        return waiting.offer(frame);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                out.accept(waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What waits is not sent any more. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
