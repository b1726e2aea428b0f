package io.godwit.xtr.ingress;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import java.util.ArrayList;
import java.util.List;

/** The prefixes of one instance that inner sources may be from; few, so they are tried in turn. Immutable. */
public final class SourcePrefixes {
    private final boolean all;
    private final int[] ipv4;
    private final int[] ipv4Masks;
    private final long[] ipv6;
    private final long[] ipv6Masks;

    private SourcePrefixes(boolean all, List<EidPrefix> prefixes) {
        this.all = all;
        List<EidPrefix> four = new ArrayList<>();
        List<EidPrefix> six = new ArrayList<>();
        prefixes.forEach(prefix -> (prefix.address() instanceof Ipv4Address ? four : six).add(prefix));
        ipv4 = new int[four.size()];
        ipv4Masks = new int[four.size()];
        for (int i = 0; i < ipv4.length; i++) {
            ipv4Masks[i] = (int) mask(four.get(i).length() + Integer.SIZE);
            ipv4[i] = four.get(i).address() instanceof Ipv4Address(int value) ? value : 0;
        }
        ipv6 = new long[2 * six.size()];
        ipv6Masks = new long[ipv6.length];
        for (int i = 0; i < six.size(); i++) {
            int length = six.get(i).length();
            ipv6Masks[2 * i] = mask(length);
            ipv6Masks[2 * i + 1] = mask(length - Long.SIZE);
            if (six.get(i).address() instanceof Ipv6Address(long high, long low)) {
                ipv6[2 * i] = high;
                ipv6[2 * i + 1] = low;
            }
        }
    }

    /** Those of {@code prefixes} that are in the instance; with no prefix at all every source is allowed. */
    public static SourcePrefixes of(int instanceId, List<EidPrefix> prefixes) {
        List<EidPrefix> own = new ArrayList<>(prefixes);
        own.removeIf(prefix -> prefix.instanceId() != instanceId);
        return new SourcePrefixes(prefixes.isEmpty(), own);
    }

    /** The first {@code length} bits. */
    private static long mask(int length) {
        return length <= 0 ? 0 : length >= Long.SIZE ? -1 : -1L << (Long.SIZE - length);
    }

    boolean isAll() {
        return all;
    }

    boolean contains(int address) {
        for (int i = 0; i < ipv4.length; i++) {
            if ((address & ipv4Masks[i]) == ipv4[i]) {
                return true;
            }
        }
        return all;
    }

    boolean contains(long high, long low) {
        for (int i = 0; i < ipv6.length; i += 2) {
            if ((high & ipv6Masks[i]) == ipv6[i] && (low & ipv6Masks[i + 1]) == ipv6[i + 1]) {
                return true;
            }
        }
        return all;
    }
}
