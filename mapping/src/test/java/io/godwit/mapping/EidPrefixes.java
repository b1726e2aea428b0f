package io.godwit.mapping;

import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Prefixes that collide, nest and stand side by side often. */
final class EidPrefixes {
    private EidPrefixes() {}

    static Arbitrary<EidPrefix> any() {
        Arbitrary<Integer> instances = Arbitraries.of(0, 7, 0xff_ffff);
        return Combinators.combine(
                        instances, addresses(), Arbitraries.integers().between(0, 128))
                .as((instance, address, length) ->
                        new EidPrefix(instance, address, Math.min(length, KeyBits.width(address))));
    }

    static Arbitrary<EidPrefix> hosts() {
        return Combinators.combine(Arbitraries.of(0, 7, 8), addresses()).as(EidPrefix::host);
    }

    private static Arbitrary<LispAddress> addresses() {
        Arbitrary<Integer> few = Arbitraries.integers().between(0, 63);
        return Arbitraries.oneOf(
                few.map(i -> new Ipv4Address(0x0a00_0000 | ((i & 7) << 24) | ((i >> 3) << 6) | i)),
                Arbitraries.integers().map(Ipv4Address::new),
                few.map(i -> new Ipv6Address(0x2001_0db8_0000_0000L | (i & 3), ((long) i << 60) | (i >> 2))),
                few.map(i -> new MacAddress(0x5254_0000_0000L | ((i & 7) << 21) | i)));
    }
}
