package io.godwit.lab.layer2;

import io.godwit.packet.address.MacAddress;
import java.nio.ByteBuffer;

/** Ethernet frames with a number in them. */
final class Frames {
    static final MacAddress EVERYBODY = MacAddress.parse("ff:ff:ff:ff:ff:ff");
    /** Of nothing that has an EtherType of its own (IEEE 802, local experiments). */
    private static final short EXPERIMENT = (short) 0x88b5;

    private static final int LENGTH = 60;
    private static final int NUMBER = 14;

    private Frames() {}

    static byte[] frame(MacAddress source, MacAddress destination, int number) {
        return ByteBuffer.allocate(LENGTH)
                .put(destination.toBytes())
                .put(source.toBytes())
                .putShort(EXPERIMENT)
                .putInt(number)
                .array();
    }

    static int number(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(NUMBER);
    }
}
