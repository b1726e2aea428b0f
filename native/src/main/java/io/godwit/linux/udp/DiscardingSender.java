package io.godwit.linux.udp;

/** Takes every message and makes no system call. */
final class DiscardingSender extends MessageSender {
    DiscardingSender() {
        super(-1);
    }

    @Override
    int send(MessageArray messages, int from, int count) {
        return count;
    }
}
