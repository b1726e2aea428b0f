package io.godwit.hypervisor.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a tap keeps what is sent to it until its guest runs: QEMU reads one frame of a guest that does not run, and leaves the others in the kernel's
 * queue. It must have the tap open, its bridge must send into it, and the queue must be as long as it usually is.
 */
final class TapState {
    /** What the xTR lets wait there, and room for what others send. */
    private static final int LEAST_QUEUE = 600;

    private static final String FORWARDING = "3";
    private static final String YES = "1";

    private final Path interfaces;

    /** @param interfaces {@code /sys/class/net} of the network namespace */
    TapState(Path interfaces) {
        this.interfaces = interfaces;
    }

    boolean keeps(Card card) {
        if (card.tap().isEmpty()) {
            return false;
        }
        Path tap = interfaces.resolve(card.tap());
        return read(tap.resolve("carrier"), "0").equals(YES)
                && Integer.parseInt(read(tap.resolve("tx_queue_len"), "0")) >= LEAST_QUEUE
                && read(tap.resolve("brport/state"), FORWARDING).equals(FORWARDING)
                && read(tap.resolve("brport/unicast_flood"), YES).equals(YES);
    }

    /** One that is down cannot be asked for everything. */
    private static String read(Path file, String otherwise) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return otherwise;
        }
    }
}
