package io.godwit.xtr.fib;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Against a naive map of prefixes: any series of puts and removals, any address. */
class ForwardingTablePropertyTest {
    private static final int OPERATIONS = 600;

    @Property(tries = 60)
    void shouldFindTheLongestMatchAsANaiveListDoes(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 200) int spread, @ForAll boolean ipv6) {
        Random random = new Random(seed);
        Map<EidPrefix, Forwarding> oracle = new HashMap<>();
        try (ForwardingTable table = new ForwardingTable(List.of(0, 7), true, true)) {
            FibReader reader = table.newReader();
            for (int i = 0; i < OPERATIONS; i++) {
                EidPrefix eid = prefix(random, spread, ipv6);
                if (random.nextInt(3) > 0) {
                    Forwarding forwarding = forwarding(random);
                    oracle.put(eid, forwarding);
                    table.put(eid, forwarding, i);
                } else {
                    oracle.remove(eid);
                    table.remove(eid);
                }
                EidPrefix host = EidPrefix.host(random.nextBoolean() ? 7 : 0, address(random, spread, ipv6));
                assertSame(reader, table, host, naive(oracle, host));
            }
            assertThat(table.size()).isEqualTo(oracle.size());
            oracle.keySet().forEach(table::remove);
            table.reclaim();
            assertThat(table.size()).isZero();
            assertThat(table.bytes()).isZero();
            assertThat(table.entryCount()).isZero();
        }
    }

    private static void assertSame(
            FibReader reader, ForwardingTable table, EidPrefix host, @Nullable Forwarding expected) {
        reader.begin();
        ForwardingEntry entry = lookup(reader, table, host);
        reader.end();
        int kind = expected == null
                ? ForwardingEntry.MISS
                : ForwardingEntry.of(0, expected, new LocatorBook(true, true)).kind();
        assertThat(entry.kind()).as("%s -> %s", host, expected).isEqualTo(kind);
        if (expected instanceof Forwarding.Remote remote) {
            IpAddress address = remote.locators().getFirst().address();
            assertThat(entry.locators().is(0, ForwardingEntry.high(address), ForwardingEntry.low(address)))
                    .isTrue();
        }
    }

    private static ForwardingEntry lookup(FibReader reader, ForwardingTable table, EidPrefix host) {
        int instance = table.instanceIndex(host.instanceId());
        IpAddress address = (IpAddress) host.address();
        ForwardingEntry entry =
                reader.lookup(instance, !address.isIpv4(), ForwardingEntry.high(address), ForwardingEntry.low(address));
        if (address.isIpv4()) {
            int value = (int) ForwardingEntry.low(address);
            assertThat(reader.atHome(reader.home(instance, value), instance, value))
                    .isIn(null, entry);
        }
        return entry;
    }

    private static @Nullable Forwarding naive(Map<EidPrefix, Forwarding> oracle, EidPrefix host) {
        EidPrefix best = null;
        for (EidPrefix eid : oracle.keySet()) {
            if (eid.covers(host) && (best == null || eid.length() > best.length())) {
                best = eid;
            }
        }
        return best == null ? null : oracle.get(best);
    }

    private static EidPrefix prefix(Random random, int spread, boolean ipv6) {
        int width = ipv6 ? 128 : 32;
        int length = random.nextInt(3) > 0 ? width : random.nextInt(width + 1);
        return new EidPrefix(random.nextBoolean() ? 7 : 0, address(random, spread, ipv6), length);
    }

    /** Few different ones, near each other and near both ends of the number range. */
    private static IpAddress address(Random random, int spread, boolean ipv6) {
        int low = random.nextInt(spread) - spread / 2;
        return ipv6 ? new Ipv6Address(random.nextInt(3) - 1L, low) : new Ipv4Address(low);
    }

    private static Forwarding forwarding(Random random) {
        Locator locator = new Locator(new Ipv4Address(0x0a00_0001 + random.nextInt(5)), 1, 1);
        return switch (random.nextInt(5)) {
            case 0 -> new Forwarding.Local();
            case 1 -> new Forwarding.Arriving();
            case 2 -> new Forwarding.Expected(List.of(locator));
            case 3 -> new Forwarding.Dynamic();
            default -> new Forwarding.Remote(List.of(locator));
        };
    }
}
