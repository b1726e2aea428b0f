package io.godwit.xtr.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.LinuxException;
import io.godwit.linux.ffi.NativeBuffer;
import io.godwit.linux.pcap.FilterCompiler;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

class PacketFilterTest {
    private static final List<String> FILTERS = List.of(
            "host 10.0.0.5",
            "ip6 and tcp port 80",
            "udp[8:2] & 0x0f0f > 200 or ip[2:2] / 3 = 20",
            "src net 10.0.0.0/8 and not (icmp or dst port 4341)",
            "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
            "ip proto 17 and len > 60 and portrange 10-30000",
            "ip[0] * 2 - 1 = ip[8] or (ip[4:4] << 3) ^ 0x55 > 0x10000000",
            "ip[ip[9]] = 4 or icmp[icmptype] = icmp-echo",
            "ip6[6] = 44 or host 2001:db8::5");

    private final int[] scratch = new int[PacketFilter.SCRATCH];

    private boolean matches(String filter, byte[] packet) {
        return matches(new PacketFilter(FilterCompiler.compile(filter)), packet);
    }

    private boolean matches(PacketFilter filter, byte[] packet) {
        try (NativeBuffer memory = NativeBuffer.allocate(packet.length + 1)) {
            memory.putBytes(0, packet);
            return filter.matches(memory.address(), packet.length, scratch);
        }
    }

    /** Something like an IP packet, as random as can be while filters still find something in it. */
    private static byte[] packet(Random random) {
        byte[] packet = new byte[random.nextInt(120)];
        random.nextBytes(packet);
        if (packet.length > 40) {
            packet[0] = random.nextBoolean() ? 0x45 : random.nextInt(10) == 0 ? packet[0] : 0x60;
            byte[] protocols = {1, 6, 17, 44, 58};
            packet[packet[0] == 0x45 ? 9 : 6] = protocols[random.nextInt(protocols.length)];
            if (packet[0] == 0x45 && random.nextBoolean()) {
                System.arraycopy(new byte[] {0, 0, 64}, 0, packet, 6, 3);
                System.arraycopy(new byte[] {10, 0, 0, 5}, 0, packet, 12, 4);
            }
            packet[22] = 0;
            packet[23] = 80;
        }
        return packet;
    }

    @Property(tries = 50)
    void shouldSayWhatLibpcapSays(@ForAll long seed) throws PcapNativeException {
        Random random = new Random(seed);
        for (String filter : FILTERS) {
            BpfProgram oracle = Pcaps.compileFilter(
                    65_535,
                    DataLinkType.getInstance(12),
                    filter,
                    BpfCompileMode.OPTIMIZE,
                    PcapHandle.PCAP_NETMASK_UNKNOWN);
            PacketFilter ours = new PacketFilter(FilterCompiler.compile(filter));
            for (int i = 0; i < 20; i++) {
                byte[] packet = packet(random);
                assertThat(matches(ours, packet))
                        .as("%s on %s", filter, HexFormat.of().formatHex(packet))
                        .isEqualTo(packet.length > 0 && oracle.applyFilter(packet, packet.length, packet.length));
            }
            oracle.free();
        }
    }

    @Test
    void shouldTakeEverythingWithoutAFilter() {
        assertThat(matches(PacketFilter.ALL, new byte[0])).isTrue();
    }

    @Test
    void shouldRefuseProgramsThatLeaveThemselves() {
        long jumpBeyond = 0x15L << 48 | 5L << 40;
        long store = 0x02L << 48 | 99;
        assertThatThrownBy(() -> new PacketFilter(new long[] {jumpBeyond, 6L << 48}))
                .hasMessageContaining("not sound");
        assertThatThrownBy(() -> new PacketFilter(new long[] {store, 6L << 48})).hasMessageContaining("not sound");
        assertThatThrownBy(() -> new PacketFilter(new long[] {0})).hasMessageContaining("not sound");
        assertThatThrownBy(() -> new PacketFilter(new long[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host example.org", "port domain", "port 99999", "tcp and", "ether host 1:2:3:4:5:6"})
    void shouldSayWhatIsWrongWithAFilter(String filter) {
        assertThatThrownBy(() -> FilterCompiler.compile(filter))
                .isInstanceOf(LinuxException.class)
                .hasMessageStartingWith("the filter '" + filter + "' is not a pcap filter: ");
    }

    @Test
    void shouldFindAHost() {
        byte[] packet = new byte[40];
        packet[0] = 0x45;
        System.arraycopy(new byte[] {10, 0, 0, 5}, 0, packet, 16, 4);
        assertThat(matches("host 10.0.0.5", packet)).isTrue();
        assertThat(matches("src host 10.0.0.5", packet)).isFalse();
    }
}
