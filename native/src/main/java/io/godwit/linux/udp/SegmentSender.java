package io.godwit.linux.udp;

/** Does in user space what UDP_SEGMENT would: sends one message as datagrams of the segment size, the last one with the rest. */
final class SegmentSender implements AutoCloseable {
    private final MessageArray segments = new MessageArray(2 * MessageArray.CAPACITY);

    /**
     * Sends the message {@code index} of {@code messages}, whose payload is in one piece.
     *
     * @param controlLength octets of the message's control messages, without the one for UDP_SEGMENT
     * @return 0, or the errno that a segment met; the segments after it are not sent
     */
    int send(MessageSender sender, MessageArray messages, int index, int segmentSize, int controlLength) {
        int vector = messages.firstVector(index);
        long payload = messages.vectorAddress(vector);
        int length = messages.vectorLength(vector);
        int position = 0;
        while (position < length) {
            int count = 0;
            while (position < length && count < MessageArray.CAPACITY) {
                int size = Math.min(segmentSize, length - position);
                envelope(count, messages, index, controlLength);
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

    /**
     * Sends the message {@code index} of {@code messages}, each of whose datagrams has vectors of its own.
     *
     * @param datagrams at most {@link MessageArray#CAPACITY}
     * @param each vectors of a datagram
     * @return datagrams sent, the first ones; if not all, {@link MessageSender#errno} tells why
     */
    int sendGathered(
            MessageSender sender, MessageArray messages, int index, int datagrams, int each, int controlLength) {
        int first = messages.firstVector(index);
        for (int i = 0; i < datagrams; i++) {
            envelope(i, messages, index, controlLength);
            for (int j = 0; j < each; j++) {
                int from = first + i * each + j;
                segments.vector(i * each + j, messages.vectorAddress(from), messages.vectorLength(from));
            }
            segments.vectors(i, i * each, each);
        }
        return sender.send(segments, 0, datagrams);
    }

    private void envelope(int segment, MessageArray messages, int index, int controlLength) {
        segments.copyEnvelope(segment, messages, index);
        segments.controlLength(segment, controlLength);
    }

    @Override
    public void close() {
        segments.close();
    }
}
