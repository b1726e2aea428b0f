package io.godwit.xtr.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.VnetHeader;
import io.godwit.packet.data.LispHeader;
import org.junit.jupiter.api.Test;

class RingLayoutTest {
    private static final int PAGE = 4096;

    @Test
    void shouldSpreadHeadersOverTheCacheSets() {
        assertThat(RingLayout.SLOT_BYTES % 64).isZero();
        assertThat(RingLayout.SLOT_BYTES / 64 % 2).isOne();
    }

    @Test
    void shouldNeverStartPacketDataJustAfterAPageStart() {
        try (PacketRing ring = new PacketRing()) {
            for (int i = 0; i < RingLayout.SLOTS; i++) {
                PacketSlot slot = ring.slot(i);
                for (int header : new int[] {0, VnetHeader.LENGTH, LispHeader.LENGTH}) {
                    assertThat((slot.address - header) % PAGE).isNotIn(range(1, 31));
                }
                assertThat(slot.buffer.addressOffset() % PAGE).isZero();
                assertThat(slot.packet + RingLayout.CAPACITY).isLessThanOrEqualTo(slot.buffer.capacity());
            }
        }
    }

    private static Object[] range(long from, long to) {
        Object[] all = new Object[(int) (to - from + 1)];
        for (int i = 0; i < all.length; i++) {
            all[i] = from + i;
        }
        return all;
    }

    @Test
    void shouldHoldASuperPacket() {
        assertThat(RingLayout.CAPACITY).isGreaterThanOrEqualTo(65_535);
        assertThat(RingLayout.SLOTS).isGreaterThanOrEqualTo(RingLayout.BATCH + RingLayout.RELEASE_BATCH);
    }
}
