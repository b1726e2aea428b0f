package io.godwit.packet.address;

import java.util.List;

/**
 * LCAF type 13 (RFC 8060 section 4.10.1 as corrected, RFC 8378): where copies go. Text form: {@code rle(address@LEVEL,...)}.
 *
 * <pre>
 * |              Rsvd3            |     Rsvd4     |  Level Value  |
 * |              AFI = x          |           RTR/ETR #1 ...      |
 * </pre>
 */
public record ReplicationList(List<Entry> entries) implements Lcaf {
    public ReplicationList {
        entries = List.copyOf(entries);
    }

    /**
     * @param level 8 bits; 128 for receiver ETRs (RFC 8378 section 5.1)
     */
    public record Entry(int level, LispAddress address) {
        @Override
        public String toString() {
            return address + "@" + level;
        }
    }

    @Override
    public String toString() {
        return LcafText.call("rle", entries);
    }
}
