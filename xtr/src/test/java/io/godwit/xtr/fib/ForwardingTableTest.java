package io.godwit.xtr.fib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.testing.Conformance;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ForwardingTableTest {
    private static final EidPrefix HOST = EidPrefix.parse("[7]10.0.0.5");
    private static final int HOST_ADDRESS = 0x0a00_0005;

    private final ForwardingTable table = new ForwardingTable(List.of(0, 7), true, true);
    private final FibReader reader = table.newReader();

    @AfterEach
    void close() {
        table.close();
    }

    private ForwardingEntry lookup() {
        reader.begin();
        try {
            return reader.lookup(1, HOST_ADDRESS);
        } finally {
            reader.end();
        }
    }

    private static Locator locator(String address, int priority, int weight) {
        return new Locator(IpAddress.parse(address), priority, weight);
    }

    private double[] shares(Locators locators, int flows) {
        Random random = new Random(1);
        double[] shares = new double[8];
        for (int i = 0; i < flows; i++) {
            shares[locators.choose(random.nextInt())] += 1.0 / flows;
        }
        return shares;
    }

    private Locators locatorsOf(Locator... locators) {
        table.put(HOST, new Forwarding.Remote(List.of(locators)), 0);
        return lookup().locators();
    }

    @Test
    @Conformance("C046")
    void shouldSplitFlowsByWeight() {
        Locators locators = locatorsOf(
                locator("10.9.0.1", 1, 30),
                locator("10.9.0.2", 1, 20),
                locator("10.9.0.3", 1, 20),
                locator("10.9.0.4", 1, 10));

        double[] shares = shares(locators, 20_000);

        assertThat(shares[0]).isBetween(0.355, 0.395);
        assertThat(shares[1]).isBetween(0.23, 0.27);
        assertThat(shares[2]).isBetween(0.23, 0.27);
        assertThat(shares[3]).isBetween(0.105, 0.145);
    }

    @Test
    @Conformance("C047")
    void shouldUseAllBestLocatorsWhenWeightsAreZero() {
        double[] shares = shares(locatorsOf(locator("10.9.0.1", 1, 0), locator("2001:db8::1", 1, 0)), 20_000);

        assertThat(shares[0]).isBetween(0.48, 0.52);
        assertThat(shares[1]).isBetween(0.48, 0.52);
    }

    @Test
    @Conformance({"C043", "C045"})
    void shouldUseOnlyTheBestPriorityAndNever255() {
        Locators locators =
                locatorsOf(locator("10.9.0.1", 255, 100), locator("10.9.0.2", 2, 100), locator("10.9.0.3", 1, 100));

        assertThat(shares(locators, 1000)[0]).isCloseTo(1.0, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(locators.low(0)).isEqualTo(0x0a09_0003);
        assertThat(locatorsOf(locator("10.9.0.1", 255, 100)).choose(1)).isNegative();
    }

    @Test
    @Conformance("C141")
    void shouldUseALocatorThatDoesNotAnswerOnlyWhereNothingElseIsLeft() {
        locatorsOf(locator("10.9.0.1", 1, 100), locator("10.9.0.2", 2, 100));

        table.silent(IpAddress.parse("10.9.0.1"), true);
        assertThat(lookup().locators().low(0)).isEqualTo(0x0a09_0002);
        table.silent(IpAddress.parse("10.9.0.2"), true);
        assertThat(lookup().locators().low(0)).as("the best of those silent").isEqualTo(0x0a09_0001);
        table.reachable(IpAddress.parse("10.9.0.1"), false);
        assertThat(lookup().locators().low(0)).as("one that is down is worse").isEqualTo(0x0a09_0002);
        table.reachable(IpAddress.parse("10.9.0.1"), true);
        table.silent(IpAddress.parse("10.9.0.1"), false);
        assertThat(lookup().locators().low(0)).isEqualTo(0x0a09_0001);
    }

    @Test
    @Conformance("C049")
    void shouldKeepAFlowOnItsLocator() {
        Locators locators = locatorsOf(locator("10.9.0.1", 1, 50), locator("10.9.0.2", 1, 50));

        int chosen = locators.choose(0x1234_5678);

        for (int i = 0; i < 100; i++) {
            assertThat(lookup().locators().choose(0x1234_5678)).isEqualTo(chosen);
        }
    }

    @Test
    @Conformance("C058")
    void shouldNeverUseBroadcastOrMulticastLocators() {
        assertThat(locatorsOf(
                                locator("255.255.255.255", 1, 1),
                                locator("224.0.0.1", 1, 1),
                                locator("ff02::1", 1, 1),
                                locator("0.0.0.0", 1, 1))
                        .choose(1))
                .isNegative();
    }

    @Test
    void shouldNotUseLocatorsOfAFamilyThisRouterLacks() {
        try (ForwardingTable onlyIpv4 = new ForwardingTable(List.of(7), true, false)) {
            onlyIpv4.put(HOST, new Forwarding.Remote(List.of(locator("2001:db8::1", 1, 1))), 0);
            assertThat(onlyIpv4.newReader().lookup(0, HOST_ADDRESS).locators().choose(1))
                    .isNegative();
        }
    }

    @Test
    void shouldKeepEqualEntriesOnceAndExpectedOnesApart() {
        for (int i = 0; i < 1000; i++) {
            table.put(
                    EidPrefix.host(7, new Ipv4Address(0x0a00_0000 + i)),
                    new Forwarding.Remote(List.of(locator("10.9.0.1", 1, 1))),
                    0);
        }
        assertThat(table.entryCount()).isEqualTo(1);

        table.put(EidPrefix.parse("[7]10.1.0.1"), new Forwarding.Expected(List.of(locator("10.9.0.1", 1, 1))), 0);
        table.put(EidPrefix.parse("[7]10.1.0.2"), new Forwarding.Expected(List.of(locator("10.9.0.1", 1, 1))), 0);
        assertThat(table.entryCount()).isEqualTo(3);
        reader.lookup(1, 0x0a01_0001).markSwitched();
        assertThat(reader.lookup(1, 0x0a01_0001).kind()).isEqualTo(ForwardingEntry.ARRIVING);
        assertThat(reader.lookup(1, 0x0a01_0002).kind()).isEqualTo(ForwardingEntry.EXPECTED);
    }

    @Test
    void shouldCountPacketsSinceThePut() {
        table.put(HOST, new Forwarding.Remote(List.of(locator("10.9.0.1", 1, 1))), 0);
        reader.begin();
        reader.lookup(1, HOST_ADDRESS);
        reader.countPacket();
        reader.countPacket();
        reader.end();

        assertThat(table.packets(HOST)).isEqualTo(2);
        table.put(HOST, new Forwarding.Remote(List.of(locator("10.9.0.2", 1, 1))), 0);
        assertThat(table.packets(HOST)).isZero();
        assertThat(table.packets(EidPrefix.parse("[7]10.0.0.0/24"))).isZero();
    }

    @Test
    void shouldTellTheLocatorsUsedLately() {
        Locators locators = locatorsOf(locator("10.9.0.1", 1, 1));
        locators.touch(0, 5_000);

        assertThat(table.recentLocators(6_000, 1_000)).containsExactly(IpAddress.parse("10.9.0.1"));
        assertThat(table.recentLocators(6_001, 1_000)).isEmpty();
    }

    @Test
    void shouldNotReuseAnEntryWhileAReaderMayHoldIt() {
        table.put(HOST, new Forwarding.Remote(List.of(locator("10.9.0.1", 1, 1))), 0);
        reader.begin();
        table.remove(HOST);
        assertThat(table.entryCount()).isEqualTo(1);
        reader.end();
        table.reclaim();
        assertThat(table.entryCount()).isZero();
    }

    @Test
    void shouldGiveMemoryBackWhenEidsGo() {
        Forwarding forwarding = new Forwarding.Remote(List.of(locator("10.9.0.1", 1, 1)));
        for (int i = 0; i < 100_000; i++) {
            table.put(EidPrefix.host(7, new Ipv4Address(i << 8)), forwarding, 0);
        }
        assertThat(table.bytes()).isLessThan(100_000 * 64);
        for (int i = 0; i < 99_990; i++) {
            table.remove(EidPrefix.host(7, new Ipv4Address(i << 8)));
        }
        assertThat(table.bytes()).isLessThan(8192);
        assertThat(reader.lookup(1, 99_995 << 8).kind()).isEqualTo(ForwardingEntry.REMOTE);
    }

    @Test
    void shouldRefuseWhatItCannotHold() {
        assertThatThrownBy(() -> table.put(EidPrefix.parse("[9]10.0.0.1"), new Forwarding.Local(), 0))
                .hasMessageContaining("instance-id 9");
        assertThatThrownBy(() -> table.put(EidPrefix.parse("[7]02:00:00:00:00:01"), new Forwarding.Local(), 0))
                .hasMessageContaining("not an IPv4 or IPv6 EID");
    }

    /** Ten fixed hosts stay while thousands come and go around them; a reader must never miss one or see another's entry. */
    @Test
    void shouldNeverMisleadAReaderWhileTheTableGrowsAndShrinks() throws InterruptedException {
        List<Locator> fixed = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            fixed.add(new Locator(new Ipv4Address(0x0a09_0000 + i), 1, 1));
            table.put(fixedHost(i), new Forwarding.Remote(List.of(fixed.get(i))), 0);
        }
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<@Nullable String> wrong = new AtomicReference<>();
        Thread readerThread = Thread.ofPlatform().start(() -> readUntil(done, wrong));
        Random random = new Random(3);
        for (int round = 0; round < 60; round++) {
            churn(random, round);
            int i = round % 10;
            table.put(fixedHost(i), new Forwarding.Away(List.of(fixed.get(i))), 0);
            table.put(fixedHost(i), new Forwarding.Remote(List.of(fixed.get(i))), 0);
        }
        done.set(true);
        readerThread.join();
        assertThat(wrong.get()).isNull();
    }

    private static EidPrefix fixedHost(int i) {
        return EidPrefix.host(7, new Ipv4Address(0x0b00_0000 + i));
    }

    private void churn(Random random, int round) {
        Locator other = new Locator(new Ipv4Address(0x0a0a_0000 + round), 1, 1);
        Forwarding forwarding = new Forwarding.Remote(List.of(other));
        int hosts = random.nextInt(3000);
        for (int i = 0; i < hosts; i++) {
            table.put(EidPrefix.host(7, new Ipv4Address(0x0c00_0000 + i)), forwarding, 0);
        }
        for (int i = 0; i < hosts; i++) {
            table.remove(EidPrefix.host(7, new Ipv4Address(0x0c00_0000 + i)));
        }
    }

    private void readUntil(AtomicBoolean done, AtomicReference<@Nullable String> wrong) {
        while (!done.get()) {
            reader.begin();
            for (int i = 0; i < 10; i++) {
                ForwardingEntry entry = reader.lookup(1, 0x0b00_0000 + i);
                if (entry.locators().choose(0) != 0 || !entry.locators().is(0, 0, 0x0a09_0000L + i)) {
                    wrong.set("host " + i + " kind " + entry.kind());
                }
            }
            reader.end();
        }
    }
}
