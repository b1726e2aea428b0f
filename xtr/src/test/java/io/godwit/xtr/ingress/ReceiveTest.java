package io.godwit.xtr.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Errno;
import io.godwit.xtr.StubSocket;
import io.godwit.xtr.fib.ForwardingTable;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.ParkingLimits;
import io.godwit.xtr.ring.TapPoint;
import io.godwit.xtr.ring.TapRecord;
import io.godwit.xtr.ring.Taps;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

class ReceiveTest {
    private final CounterBlock counters = new CounterBlock();

    private int poll(PacketRing ring, int errno) {
        CoarseClock clock = new CoarseClock(SystemNanoClock.INSTANCE);
        try (ForwardingTable table = new ForwardingTable(List.of(0), true, false);
                Parking parking = new Parking(
                        ParkingLimits.DEFAULT,
                        table.newReader(),
                        new IngressParking(null),
                        counters,
                        clock,
                        tapPoint())) {
            Receive receive = new Receive(List.of(new StubSocket(errno)), ring, parking, null, counters, tapPoint());
            int count = receive.poll();
            assertThat(receive.isFailing()).isEqualTo(errno != 0);
            return count;
        }
    }

    private static TapPoint tapPoint() {
        return new TapPoint(new Taps(), SystemNanoClock.INSTANCE, TapRecord.FROM_CORE, 1);
    }

    @Test
    void shouldDropWhatDidNotFit() {
        try (PacketRing ring = new PacketRing()) {
            assertThat(poll(ring, 0)).isOne();
            assertThat(ring.slot(0).verdict).isEqualTo(PacketSlot.DONE);
            assertThat(counters.get(DropReason.INGRESS_TRUNCATED)).isOne();
        }
    }

    @Test
    void shouldCountRefusedReceives() {
        try (PacketRing ring = new PacketRing()) {
            assertThat(poll(ring, Errno.ENOBUFS)).isZero();
            assertThat(counters.get(Counter.RECEIVE_ERRORS)).isOne();
        }
    }
}
