package io.godwit.linux.udp;

/** Does in user space what UDP_SEGMENT would: sends one message as datagrams of the segment size, the last one with the rest. */
final class SegmentSender implements AutoCloseable {
    private final MessageArray segments = new MessageArray();
    private final MessageSender sender;

    SegmentSender(MessageSender sender) {
        this.sender = sender;
    }

    /**
     * Sends the message {@code index} of {@code messages}.
     *
     * @param controlLength octets of the message's control messages, without the one for UDP_SEGMENT
     * @return 0, or the errno that a segment met; the segments after it are not sent
     */
    int send(MessageArray messages, int index, int segmentSize, int controlLength) {
        long payload = messages.payloadAddress(index);
        int length = messages.payloadLength(index);
        int position = 0;
        while (position < length) {
            int count = 0;
            while (position < length && count < MessageArray.CAPACITY) {
                int size = Math.min(segmentSize, length - position);
                segments.copyEnvelope(count, messages, index);
                segments.controlLength(count, controlLength);
                segments.payload(count, payload + position, size);
                position += size;
                count++;
            }
            if (sender.send(segments, 0, count) < count) {
                return sender.errno();
            }
        }
        return 0;
    }

    @Override
    public void close() {
        segments.close();
    }
}
