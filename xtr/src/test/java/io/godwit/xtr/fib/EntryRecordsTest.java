package io.godwit.xtr.fib;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.UdpSenders;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.control.Action;
import io.godwit.packet.data.LispHeader;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the loops over a batch are told of an entry, and when. */
@Timeout(120)
class EntryRecordsTest {
    private static final EidPrefix HOST = EidPrefix.parse("[7]10.0.0.5");
    private static final int ADDRESS = 0x0a00_0005;
    private static final String A = "10.9.0.1";
    private static final String B = "10.9.0.2";

    private final ForwardingTable table = new ForwardingTable(List.of(0, 7), true, true);
    private final FibReader reader = table.newReader();

    @AfterEach
    void close() {
        table.close();
    }

    private static Locator locator(String address, int priority) {
        return new Locator(IpAddress.parse(address), priority, 100);
    }

    private static Forwarding to(Locator... locators) {
        return new Forwarding.Remote(List.of(locators));
    }

    private static long name(String address) {
        return UdpSenders.ipv4Name(((Ipv4Address) IpAddress.parse(address)).value(), LispHeader.PORT);
    }

    /** Between begin and end of the reader. */
    private static long record(FibReader reader, int address) {
        reader.standAt(1);
        int key = address & reader.mask();
        long slot = FibReader.slot(FibReader.home(reader.base(), reader.shift(), key), key);
        return FibReader.record(slot, reader.records(), reader.recordCount());
    }

    private long nameNow() {
        reader.begin();
        long name = FibReader.plainName(record(reader, ADDRESS));
        reader.end();
        return name;
    }

    private boolean isLocalNow() {
        reader.begin();
        boolean local = FibReader.isLocal(record(reader, ADDRESS));
        reader.end();
        return local;
    }

    /** As the control thread does now and then. */
    private void settle() {
        table.reclaim();
    }

    @Test
    void shouldSayWhereToWhenThatIsOneIpv4Locator() {
        table.put(HOST, to(locator(A, 1), locator(B, 2)), 0);
        table.maxLength(IpAddress.parse(A), 1_400);

        reader.begin();
        long record = record(reader, ADDRESS);
        assertThat(FibReader.plainName(record)).isEqualTo(name(A));
        assertThat(FibReader.plainLength(record)).isEqualTo(1_400);
        assertThat(FibReader.plainHeader(record))
                .isEqualTo(reader.lookup(1, ADDRESS).plainHeader())
                .isNotZero();
        assertThat(FibReader.isLocal(record)).isFalse();
        reader.end();
    }

    @Test
    void shouldLeaveToTheStagesWhatIsNotPlain() {
        assertThat(nameNow()).isZero();
        for (Forwarding forwarding : List.of(
                to(locator(A, 1), locator(B, 1)),
                to(locator("2001:db8::1", 1)),
                new Forwarding.Away(List.of(locator(A, 1))),
                new Forwarding.Expected(List.of(locator(A, 1))),
                new Forwarding.Leaving(List.of(locator(A, 1)), false),
                new Forwarding.Negative(Action.DROP_NO_REASON))) {
            table.put(HOST, forwarding, 0);
            assertThat(nameNow()).as("%s", forwarding).isZero();
            assertThat(isLocalNow()).as("%s", forwarding).isFalse();
        }
        table.put(HOST, new Forwarding.Local(), 0);
        assertThat(nameNow()).isZero();
        assertThat(isLocalNow()).isTrue();
    }

    @Test
    void shouldLeaveHeadersWithMoreInThemToTheStages() {
        table.put(HOST, to(locator(A, 1)), 0);
        table.header(IpAddress.parse(A), 1, 1);

        reader.begin();
        assertThat(FibReader.plainLength(record(reader, ADDRESS))).isEqualTo(-1);
        reader.end();

        table.header(IpAddress.parse(A), 0, 1);
        reader.begin();
        assertThat(FibReader.plainLength(record(reader, ADDRESS))).isEqualTo(Integer.MAX_VALUE);
        reader.end();
    }

    @Test
    void shouldFollowAMappingThatTurnsNegativeAndBack() {
        for (int i = 0; i < 100; i++) {
            table.put(HOST, to(locator(i % 2 == 0 ? A : B, 1)), 0);
            assertThat(nameNow()).isEqualTo(name(i % 2 == 0 ? A : B));
            table.put(HOST, new Forwarding.Negative(Action.NATIVELY_FORWARD), 0);
            assertThat(nameNow()).isZero();
        }
        table.remove(HOST);
        assertThat(nameNow()).isZero();
        settle();
        assertThat(table.entryCount()).isZero();
    }

    @Test
    void shouldLeaveAnEntryToTheStagesWhileItChangesItsLocator() {
        table.put(HOST, to(locator(A, 1), locator(B, 2)), 0);
        FibReader other = table.newReader();
        other.begin();
        long old = record(other, ADDRESS);

        table.reachable(IpAddress.parse(A), false);
        settle();
        assertThat(FibReader.plainName(old)).isZero();
        assertThat(nameNow()).isZero();
        assertThat(reader.lookup(1, ADDRESS).singleLow()).isEqualTo(ForwardingEntry.low(IpAddress.parse(B)));

        other.end();
        settle();
        assertThat(nameNow()).isEqualTo(name(B));
        table.reachable(IpAddress.parse(A), true);
        table.reachable(IpAddress.parse(A), false);
        table.reachable(IpAddress.parse(A), true);
        settle();
        assertThat(nameNow()).isEqualTo(name(A));
    }

    @Test
    void shouldKeepARecordWhileAReaderMayHoldIt() {
        table.put(HOST, to(locator(A, 1)), 0);
        reader.begin();
        long record = record(reader, ADDRESS);

        table.remove(HOST);
        for (int i = 0; i < 1_000; i++) {
            table.put(
                    EidPrefix.host(7, new Ipv4Address(i)), to(new Locator(new Ipv4Address(0x0a0a_0000 + i), 1, 1)), 0);
        }
        assertThat(FibReader.plainName(record)).isEqualTo(name(A));
        reader.end();
    }

    @Test
    void shouldGiveRecordsBack() {
        long before = table.recordBytes();
        for (int i = 0; i < 10_000; i++) {
            table.put(
                    EidPrefix.host(7, new Ipv4Address(i)), to(new Locator(new Ipv4Address(0x0a0a_0000 + i), 1, 1)), 0);
        }
        assertThat(table.recordBytes()).isGreaterThan(100 * before);
        for (int i = 0; i < 10_000; i++) {
            table.remove(EidPrefix.host(7, new Ipv4Address(i)));
        }
        settle();
        assertThat(table.recordBytes()).isEqualTo(before);
        assertThat(table.entryCount()).isZero();
    }

    @Test
    void shouldForgetAChangeOfAnEntryThatGoesBeforeItIsDone() {
        for (int i = 0; i < 1_000; i++) {
            table.put(
                    EidPrefix.host(7, new Ipv4Address(i)), to(new Locator(new Ipv4Address(0x0a0a_0000 + i), 1, 1)), 0);
        }
        table.put(HOST, to(locator(A, 1), locator(B, 2)), 0);
        reader.begin();
        table.reachable(IpAddress.parse(A), false);
        table.remove(HOST);
        for (int i = 0; i < 1_000; i++) {
            table.remove(EidPrefix.host(7, new Ipv4Address(i)));
        }
        reader.end();
        settle();
        assertThat(table.entryCount()).isZero();
        assertThat(nameNow()).isZero();
    }

    @Test
    void shouldRememberWhenALocatorWasUsedThoughRecordsMoveAndGo() {
        table.put(HOST, to(locator(A, 1)), 0);
        IpAddress used = IpAddress.parse(A);
        reader.begin();
        for (int i = 0; i < 1_000; i++) {
            table.put(
                    EidPrefix.host(7, new Ipv4Address(i)), to(new Locator(new Ipv4Address(0x0a0a_0000 + i), 1, 1)), 0);
        }
        // Of the memory of before, which this reader still has.
        FibReader.touch(record(reader, ADDRESS), 5_000);
        reader.end();
        settle();
        assertThat(table.recentLocators(5_500, 1_000)).containsExactly(used);
        table.remove(HOST);
        settle();
        assertThat(table.recentLocators(5_500, 1_000)).containsExactly(used);
        assertThat(table.recentLocators(6_001, 1_000)).isEmpty();
    }

    /** A's path takes 1,001 octets and B's 1,002: a record that says other things of either is half of one and half of the other. */
    @Test
    void shouldNeverShowHalfOfAnEntry() throws InterruptedException {
        Forwarding both = to(locator(A, 1), locator(B, 2));
        table.put(HOST, both, 0);
        table.maxLength(IpAddress.parse(A), 1_001);
        table.maxLength(IpAddress.parse(B), 1_002);
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger seen = new AtomicInteger();
        AtomicReference<String> wrong = new AtomicReference<>("");
        Thread thread = new Thread(() -> {
            while (!done.get()) {
                int found = look(wrong);
                seen.accumulateAndGet(found, (before, now) -> before | now);
            }
        });
        thread.start();
        long deadline = System.nanoTime() + 60_000_000_000L;
        try {
            for (int i = 0; (i < 20_000 || seen.get() != 3) && System.nanoTime() < deadline; i++) {
                switch (i % 4) {
                    case 0 -> table.reachable(IpAddress.parse(A), false);
                    case 1 -> table.reachable(IpAddress.parse(A), true);
                    case 2 -> table.put(HOST, to(locator(B, 1)), 0);
                    default -> table.put(HOST, both, 0);
                }
                table.reclaim();
            }
        } finally {
            done.set(true);
            thread.join();
        }
        assertThat(wrong.get()).isEmpty();
        assertThat(seen).hasValue(3);
    }

    /** Returns 1 for A, 2 for B, 0 for neither. */
    private int look(AtomicReference<String> wrong) {
        reader.begin();
        long record = record(reader, ADDRESS);
        int before = FibReader.plainLength(record);
        long name = FibReader.plainName(record);
        int after = FibReader.plainLength(record);
        reader.end();
        if (name == 0) {
            return 0;
        }
        int expected = name == name(A) ? 1 : 2;
        if (before != 1_000 + expected || after != before) {
            wrong.set(expected + " with " + before + " and " + after);
        }
        return expected;
    }
}
