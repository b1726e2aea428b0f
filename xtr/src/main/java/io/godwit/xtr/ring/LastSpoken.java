package io.godwit.xtr.ring;

import io.godwit.xtr.fib.HashMix;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When hosts of this site last sent something: they ran then. Written by the threads that read TUN devices, read by the one that delivers. Of two
 * hosts that fall on the same place the later is known, and nothing of the other.
 *
 * <pre>
 * place: | name of the host: 24 bits of its hash | milliseconds (40 bits), 0 for nobody |
 * </pre>
 */
public final class LastSpoken {
    /** Nothing is known of it. */
    static final long NEVER = Long.MIN_VALUE;

    private static final int PLACES_BITS = 13;
    private static final int TIME_BITS = 40;
    private static final long TIME = (1L << TIME_BITS) - 1;

    private static final int IPV4_SOURCE = 12;
    private static final int IPV6_SOURCE = 8;
    private static final int IPV6_VERSION = 6;

    private final AtomicLongArray places = new AtomicLongArray(1 << PLACES_BITS);

    /** The source of the IP packet at {@code packet}, a native address, has sent it. */
    public void spoke(int instance, long packet, long nowMillis) {
        boolean ipv6 = Octets.getByte(packet) >>> 4 == IPV6_VERSION;
        long high = ipv6 ? Octets.getLong(packet + IPV6_SOURCE) : 0;
        long low = ipv6
                ? Octets.getLong(packet + IPV6_SOURCE + Long.BYTES)
                : Octets.getInt(packet + IPV4_SOURCE) & 0xffff_ffffL;
        long hash = hash(instance, high, low);
        int place = place(hash);
        long spoken = name(hash) | (nowMillis & TIME);
        // Most say the same as before: then the line stays with whoever reads it.
        if (places.getOpaque(place) != spoken) {
            places.setOpaque(place, spoken);
        }
    }

    /** Milliseconds of the {@link io.godwit.xtr.observe.CoarseClock}, not later than {@code nowMillis}, or {@link #NEVER}. */
    long last(int instance, long high, long low, long nowMillis) {
        long hash = hash(instance, high, low);
        long spoken = places.getOpaque(place(hash));
        if (spoken == 0 || (spoken & ~TIME) != name(hash)) {
            return NEVER;
        }
        // The other thread's clock may be a loop ahead.
        long ago = (nowMillis - spoken) & TIME;
        return ago > TIME / 2 ? nowMillis : nowMillis - ago;
    }

    private static long hash(int instance, long high, long low) {
        return HashMix.mix(high ^ (long) (instance + 1) << 40, low);
    }

    private static int place(long hash) {
        return (int) (hash >>> (Long.SIZE - PLACES_BITS));
    }

    private static long name(long hash) {
        return hash << TIME_BITS;
    }
}
