package io.godwit.packet;

import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EncapsulatedControlMessage;
import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Messages to octets and back, for tests. */
public final class Packets {
    private Packets() {}

    public static byte[] encode(ControlMessage message) {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(256);
        int length = ControlCodec.encode(message, buffer, 5);
        return Arrays.copyOfRange(buffer.byteArray(), 5, 5 + length);
    }

    public static ControlMessage decode(byte[] payload) {
        return ControlCodec.decode(new UnsafeBuffer(payload), 0, payload.length);
    }

    public static ControlMessage decode(String hex) {
        return decode(HexFormat.of().parseHex(hex));
    }

    /** The message with {@link EncapsulatedControlMessage#innerOffset()} 0, which says how it was sent and not what. */
    public static ControlMessage withoutOffsets(ControlMessage message) {
        return message instanceof EncapsulatedControlMessage ecm
                ? new EncapsulatedControlMessage(
                        ecm.ddt(),
                        ecm.flags(),
                        ecm.authentication(),
                        ecm.source(),
                        ecm.destination(),
                        ecm.sourcePort(),
                        ecm.destinationPort(),
                        ecm.message(),
                        0)
                : message;
    }
}
