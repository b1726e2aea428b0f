package io.godwit.xtr.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Errno;
import io.godwit.xtr.StubSocket;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransmitterTest {
    private final CounterBlock counters = new CounterBlock();

    private void send(int packets, int errno) {
        Transmitter transmitter = new Transmitter(List.of(new StubSocket(errno)), List.of(), counters);
        try (PacketRing ring = new PacketRing()) {
            for (int i = 0; i < packets; i++) {
                PacketSlot slot = ring.slot(i);
                slot.datagrams = 3;
                slot.datagramSpacing = 100;
                slot.datagramLength = 100;
                slot.lastDatagramLength = 50;
                transmitter.add(slot);
            }
            transmitter.flush();
        }
    }

    @ParameterizedTest
    @CsvSource({
        Errno.EMSGSIZE + ", TRANSMIT_TOO_BIG",
        Errno.ENETUNREACH + ", TRANSMIT_UNREACHABLE",
        Errno.EHOSTUNREACH + ", TRANSMIT_UNREACHABLE",
        Errno.EAGAIN + ", TRANSMIT_NO_BUFFERS",
        Errno.ENOBUFS + ", TRANSMIT_NO_BUFFERS",
        Errno.EPERM + ", TRANSMIT_REFUSED"
    })
    void shouldCountWhatTheKernelRefusesByItsReason(int errno, DropReason reason) {
        send(1, errno);
        assertThat(counters.get(reason)).isEqualTo(3);
        assertThat(counters.get(Counter.TRANSMITTED_DATAGRAMS)).isZero();
    }

    @Test
    void shouldFlushABatchThatIsFullAndGoOn() {
        send(64, 0);
        assertThat(counters.get(Counter.TRANSMITTED_DATAGRAMS)).isEqualTo(3 * 64);
        assertThat(counters.get(Counter.TRANSMITTED_OCTETS)).isEqualTo(250 * 64);
    }
}
