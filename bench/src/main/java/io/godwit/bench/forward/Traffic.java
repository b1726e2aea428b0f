package io.godwit.bench.forward;

import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.agrona.UnsafeApi;

/** UDP packets of one size to mapped hosts drawn at random; their headers are written as the kernel's copy would leave them. */
final class Traffic {
    private static final long SEED = 9300;
    private static final int COUNT = 1 << 20;
    private static final int SPREAD = 0x9e_3779;
    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long IPV4 = 0x4500L << 48;
    private static final long DONT_FRAGMENT = 0x4000;
    /** TTL 64, protocol UDP, source 10.255.0.1. */
    private static final long TTL_TO_SOURCE = 0x4011_0000_0aff_0001L;

    private final int[] destinations = new int[COUNT];
    private final int length;
    private int next;

    /**
     * @param length octets of a packet
     * @param hosts how many hosts packets go to
     */
    Traffic(int length, int hosts) {
        this.length = length;
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < COUNT; i++) {
            destinations[i] = host(random.nextInt(hosts));
        }
    }

    /** Address of host {@code i}, below 2^23, in 10.0.0.0/9: neighbours in number are far apart. */
    static int host(int i) {
        return 0x0a00_0000 | (i * SPREAD & 0x7f_ffff);
    }

    int length() {
        return length;
    }

    /** The headers of the next packet, IPv4 and UDP, at a native address. A router looks at neither checksum nor payload. */
    void write(long address) {
        int n = next++;
        put(address, IPV4 | (long) length << 32 | (n & 0xffffL) << 16 | DONT_FRAGMENT);
        put(address + 8, TTL_TO_SOURCE);
        put(address + 16, (long) destinations[n & (COUNT - 1)] << 32 | ((n & 0x3ffL) | 0x8000) << 16 | 53);
        put(address + 24, (long) (length - 20) << 48);
    }

    private static void put(long address, long value) {
        UnsafeApi.putLong(address, SWAP ? Long.reverseBytes(value) : value);
    }
}
