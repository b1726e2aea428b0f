package io.godwit.mapserver.database;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.XtrIdentity;
import java.util.Optional;

/** Tells xTRs apart: by xTR-ID when the Map-Register carries one, otherwise by its source address. */
public sealed interface XtrKey {
    /** Of the xTR-ID's 128 bits. */
    record XtrId(long high, long low) implements XtrKey {
        @Override
        public boolean equals(Object other) {
            return other instanceof XtrId id && id.low == low && id.high == high;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(high) * 31 + Long.hashCode(low);
        }

        @Override
        public String toString() {
            return String.format("%016x%016x", high, low);
        }
    }

    record Source(IpAddress address) implements XtrKey {
        @Override
        public String toString() {
            return address.toString();
        }
    }

    static XtrKey of(Optional<XtrIdentity> identity, IpAddress source) {
        return identity.<XtrKey>map(id -> new XtrId(id.xtrIdHigh(), id.xtrIdLow()))
                .orElseGet(() -> new Source(source));
    }
}
