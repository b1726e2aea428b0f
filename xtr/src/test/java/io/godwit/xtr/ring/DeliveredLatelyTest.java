package io.godwit.xtr.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.TestPackets;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.ForwardingTable;
import io.godwit.xtr.fib.Locator;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.CounterBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Against a list that keeps everything. */
class DeliveredLatelyTest {
    private static final int WINDOW = 300;
    private static final String GONE = "10.2.0.2";
    private static final String HERE = "10.2.0.3";
    private static final Forwarding IS_GONE =
            new Forwarding.Away(List.of(new Locator(IpAddress.parse("192.0.2.3"), 1, 1)), true);

    /** A packet that was kept. */
    private record Kept(int number, long millis, boolean isOfGone) {}

    @Property(tries = 60)
    void shouldGiveBackInOrderWhatWasKeptOfAHostThatIsGone(@ForAll long seed) {
        Random random = new Random(seed);
        long[] now = {TimeUnit.HOURS.toNanos(1)};
        CoarseClock clock = new CoarseClock(() -> now[0]);
        LastSpoken spoken = new LastSpoken();
        try (ForwardingTable table = new ForwardingTable(List.of(0), true, false);
                PacketRing ring = new PacketRing();
                DeliveredLately lately =
                        new DeliveredLately(WINDOW, spoken, table.newReader(), new CounterBlock(), clock)) {
            table.put(EidPrefix.parse(HERE + "/32"), new Forwarding.Local(), 0);
            for (int turn = 0; turn < 4; turn++) {
                table.put(EidPrefix.parse(GONE + "/32"), new Forwarding.Local(), 0);
                List<Kept> all = new ArrayList<>();
                int packets = random.nextInt(3_000);
                int largest = 1 + random.nextInt(3_000);
                long counted = -1;
                long lastSpoken = Long.MIN_VALUE;
                int left = 0;
                for (int number = 0; number < packets; number++) {
                    if (random.nextInt(20) == 0) {
                        now[0] += TimeUnit.MICROSECONDS.toNanos(random.nextInt(2_500));
                    }
                    clock.update();
                    boolean isOfGone = random.nextBoolean();
                    byte[] datagram = TestPackets.from("10.1.0.1", isOfGone ? GONE : HERE)
                            .payload(8 + random.nextInt(largest))
                            .number(number)
                            .encapsulated(0);
                    int size = 40 + datagram.length + 7 & -8;
                    if (clock.millis() != counted) {
                        counted = clock.millis();
                        left = DeliveredLately.OCTETS_A_MILLISECOND;
                    }
                    if (size <= left) {
                        left -= size;
                        all.add(new Kept(number, clock.millis(), isOfGone));
                    }
                    lately.keep(slotWith(ring, datagram), 0);
                    if (random.nextInt(packets) < 2) {
                        byte[] own = TestPackets.from(GONE, "10.1.0.1").encapsulated(0);
                        spoken.spoke(0, slotWith(ring, own).address, clock.millis());
                        lastSpoken = clock.millis();
                    }
                }
                table.put(EidPrefix.parse(GONE + "/32"), IS_GONE, 0);
                lately.changed(0, false, 0, 0x0a02_0002);

                long ran = lastSpoken < clock.millis() - WINDOW ? Long.MAX_VALUE : lastSpoken - 1;
                long since =
                        Math.max(clock.millis() - WINDOW, Math.min(ran, clock.millis() - DeliveredLately.NEWS_MILLIS));
                List<Integer> expected = all.stream()
                        .filter(kept -> kept.isOfGone() && kept.millis() >= since)
                        .map(Kept::number)
                        .toList();
                assertThat(takenIn(lately, ring, random)).isEqualTo(expected);
                lately.look();
                assertThat(takenIn(lately, ring, random)).as("each once").isEmpty();
                now[0] += TimeUnit.SECONDS.toNanos(1);
            }
        }
    }

    private static PacketSlot slotWith(PacketRing ring, byte[] datagram) {
        PacketSlot slot = ring.slot(0);
        slot.placeHome();
        slot.arrived(datagram.length - 8);
        slot.buffer.putBytes(slot.packet - 8, datagram);
        slot.sourceLow = 7;
        slot.receivedTtl = 61;
        return slot;
    }

    private static List<Integer> takenIn(DeliveredLately lately, PacketRing ring, Random random) {
        List<Integer> numbers = new ArrayList<>();
        int looks = 0;
        while (lately.hasWork()) {
            int room = 1 + random.nextInt(200);
            int count = lately.poll(ring, 0, room);
            assertThat(count).isLessThanOrEqualTo(room);
            for (int i = 0; i < count; i++) {
                PacketSlot slot = ring.slot(i);
                byte[] packet = new byte[slot.length];
                slot.buffer.getBytes(slot.packet, packet);
                numbers.add(TestPackets.number(packet));
                assertThat(TestPackets.checksumsAreRight(packet)).isTrue();
                assertThat(slot.verdict).isEqualTo(PacketSlot.AGAIN);
                assertThat(slot.sourceLow).isEqualTo(7);
                assertThat(slot.receivedTtl).isEqualTo(61);
                assertThat(slot.receivedTrafficClass).isZero();
            }
            if (random.nextInt(5) == 0 && looks++ < 10) {
                lately.look();
            }
        }
        return numbers;
    }
}
