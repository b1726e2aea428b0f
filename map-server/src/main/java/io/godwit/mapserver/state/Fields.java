package io.godwit.mapserver.state;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.KeyBits;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.packet.address.IpAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/** Values as logs and snapshots have them, big-endian. */
public final class Fields {
    private static final int XTR_ID_OCTETS = 17;

    private Fields() {}

    /** An octet of length, and the octets. */
    public static void put(ByteBuffer out, byte[] value) {
        out.put((byte) value.length).put(value);
    }

    public static byte[] get(ByteBuffer in) {
        byte[] value = new byte[in.get() & 0xff];
        in.get(value);
        return value;
    }

    public static void put(ByteBuffer out, IpAddress address) {
        put(out, address.toBytes());
    }

    public static IpAddress address(ByteBuffer in) {
        return IpAddress.of(get(in));
    }

    /** An xTR-ID has an octet more than an IPv6 address, to tell them apart. */
    public static void put(ByteBuffer out, XtrKey xtr) {
        switch (xtr) {
            case XtrKey.XtrId(long high, long low) ->
                out.put((byte) XTR_ID_OCTETS).putLong(high).putLong(low).put((byte) 0);
            case XtrKey.Source(IpAddress address) -> put(out, address);
        }
    }

    public static XtrKey xtr(ByteBuffer in) {
        byte[] value = get(in);
        return value.length == XTR_ID_OCTETS
                ? new XtrKey.XtrId(
                        ByteBuffer.wrap(value).getLong(), ByteBuffer.wrap(value).getLong(8))
                : new XtrKey.Source(IpAddress.of(value));
    }

    public static void put(ByteBuffer out, Set<XtrKey> xtrs) {
        out.put((byte) xtrs.size());
        xtrs.forEach(xtr -> put(out, xtr));
    }

    public static Set<XtrKey> xtrs(ByteBuffer in) {
        Set<XtrKey> xtrs = new LinkedHashSet<>();
        for (int left = in.get() & 0xff; left > 0; left--) {
            xtrs.add(xtr(in));
        }
        return xtrs;
    }

    public static void put(ByteBuffer out, EidPrefix prefix) {
        int width = KeyBits.width(prefix.address());
        out.putInt(prefix.instanceId()).put((byte) width).put((byte) prefix.length());
        out.putLong(KeyBits.high(prefix.address()));
        if (width > 64) {
            out.putLong(KeyBits.low(prefix.address()));
        }
    }

    public static EidPrefix prefix(ByteBuffer in) {
        int instance = in.getInt();
        int width = in.get() & 0xff;
        int length = in.get() & 0xff;
        long high = in.getLong();
        return new EidPrefix(instance, KeyBits.address(width, high, width > 64 ? in.getLong() : 0), length);
    }
}
