package io.godwit.mapserver.request;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.godwit.mapserver.database.Binding;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes the proxy Map-Reply about a host: a header, the EID, and what the mapping database has in wire form. */
final class HostReplies {
    private static final int MAP_REPLY = 2 << 28 | 1;
    private static final int FIXED_LENGTH = 12;
    private static final int AFI_IPV4 = 1;
    private static final int AFI_IPV6 = 2;
    private static final int AFI_MAC = 6;
    private static final int AFI_LCAF = 0x4003;
    private static final int INSTANCE_ID = 2;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[65_507]);

    UnsafeBuffer buffer() {
        return buffer;
    }

    /** @return octets written */
    int write(PlainRequest request, Binding binding) {
        buffer.putInt(0, MAP_REPLY, BIG_ENDIAN);
        buffer.putLong(4, request.nonce(), BIG_ENDIAN);
        int at = FIXED_LENGTH;
        at += binding.putHead(buffer, at, request.width());
        at += request.instanceId() == 0 ? 0 : putInstance(at, request.instanceId(), request.width());
        at += putAddress(at, request);
        at += binding.putLocators(buffer, at);
        return at;
    }

    private int putInstance(int at, int instanceId, int width) {
        buffer.putShort(at, (short) AFI_LCAF, BIG_ENDIAN);
        buffer.putShort(at + 2, (short) 0, BIG_ENDIAN);
        buffer.putShort(at + 4, (short) (INSTANCE_ID << 8), BIG_ENDIAN);
        buffer.putShort(at + 6, (short) (6 + width / 8), BIG_ENDIAN);
        buffer.putInt(at + 8, instanceId, BIG_ENDIAN);
        return 12;
    }

    private int putAddress(int at, PlainRequest request) {
        switch (request.width()) {
            case 32 -> {
                buffer.putShort(at, (short) AFI_IPV4, BIG_ENDIAN);
                buffer.putInt(at + 2, (int) (request.high() >>> 32), BIG_ENDIAN);
            }
            case 48 -> {
                buffer.putShort(at, (short) AFI_MAC, BIG_ENDIAN);
                buffer.putInt(at + 2, (int) (request.high() >>> 32), BIG_ENDIAN);
                buffer.putShort(at + 6, (short) (request.high() >>> 16), BIG_ENDIAN);
            }
            default -> {
                buffer.putShort(at, (short) AFI_IPV6, BIG_ENDIAN);
                buffer.putLong(at + 2, request.high(), BIG_ENDIAN);
                buffer.putLong(at + 10, request.low(), BIG_ENDIAN);
            }
        }
        return 2 + request.width() / 8;
    }
}
