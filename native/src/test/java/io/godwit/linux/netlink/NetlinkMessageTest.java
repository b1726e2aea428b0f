package io.godwit.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.AddressBits;
import io.godwit.linux.Netlink.Link;
import io.godwit.linux.Netlink.Neighbour;
import io.godwit.linux.Netlink.Route;
import io.godwit.linux.Netlink.Rule;
import io.godwit.linux.ffi.Flags;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The octets given are those of a little-endian machine. */
class NetlinkMessageTest {
    private static final InetAddress HOST = AddressBits.toAddress(false, 0, 0x0a000007);
    private static final InetAddress HOST6 = AddressBits.toAddress(true, 0x20010db800000000L, 7);

    @Test
    void shouldWriteHostRoute() {
        Route route = new Route(HOST, 32, 5, Optional.empty(), 254, 0, 157);

        assertThat(hex(RouteMessages.add(route)))
                .isEqualTo("34000000" + "1800" + "0505" + "01000000" + "00000000"
                        + "02200000fe9dfd01" + "00000000"
                        + "080001000a000007" + "08000f00fe000000" + "0800040005000000");
    }

    @Test
    void shouldWriteRouteThroughGatewayInALargeTable() {
        Route route = new Route(HOST6, 128, 5, Optional.of(HOST6), 1000, 9, 157);

        assertThat(hex(RouteMessages.remove(route)))
                .isEqualTo("5c000000" + "1900" + "0500" + "01000000" + "00000000"
                        + "0a800000ff9dff00" + "00000000"
                        + "14000100" + "20010db8000000000000000000000007"
                        + "08000f00e8030000" + "0800040005000000"
                        + "14000500" + "20010db8000000000000000000000007"
                        + "0800060009000000");
    }

    @Test
    void shouldPadAttributesToFourOctets() {
        byte[] mac = {2, 0, 0, 0, 0, 5};
        assertThat(hex(NeighbourMessages.set(new Neighbour(3, HOST, mac), true)))
                .isEqualTo("30000000" + "1c00" + "0505" + "01000000" + "00000000"
                        + "02000000" + "03000000" + "80000000"
                        + "080001000a000007" + "0a000200" + "0200000000050000");
        assertThat(hex(RuleMessages.remove(new Rule(false, Optional.of("eth0"), 1000, 200))))
                .endsWith("08000f00e8030000" + "08000600c8000000" + "0900030065746830" + "00000000");
    }

    @Test
    void shouldReadBackWhatItWrites() {
        Route route = new Route(HOST, 32, 5, Optional.of(HOST), 1000, 9, 157);
        assertThat(RouteMessages.decode(view(RouteMessages.add(route).finish(1)), Flags.AF_INET, 1000))
                .contains(route);
        assertThat(RouteMessages.decode(view(RouteMessages.add(route).finish(1)), Flags.AF_INET, 254))
                .isEmpty();
        Rule rule = new Rule(true, Optional.of("eth0"), 1000, 200);
        assertThat(RuleMessages.decode(view(RuleMessages.add(rule).finish(1)), true))
                .contains(rule);
        Link link = LinkMessages.decode(view(LinkMessages.setMtu(7, 1400).finish(1)))
                .orElseThrow();
        assertThat(link.index()).isEqualTo(7);
        assertThat(link.mtu()).isEqualTo(1400);
    }

    @Property(tries = 2000)
    void shouldReadAnyOctetsWithinTheirBounds(@ForAll @Size(min = 16, max = 80) byte[] octets, @ForAll boolean ipv6) {
        int family = ipv6 ? Flags.AF_INET6 : Flags.AF_INET;
        for (int type : new int[] {16, 20, 24, 28, 32}) {
            UnsafeBuffer buffer = new UnsafeBuffer(octets);
            buffer.putShort(4, (short) type);
            NetlinkMessage message = view(octets);
            assertThat(LinkMessages.decode(message).isPresent() && type != 16).isFalse();
            assertThat(AddressMessages.decode(message, family, 1).isPresent() && type != 20)
                    .isFalse();
            assertThat(RouteMessages.decode(message, family, 254).isPresent() && type != 24)
                    .isFalse();
            assertThat(NeighbourMessages.decode(message, family, 1).isPresent() && type != 28)
                    .isFalse();
            assertThat(RuleMessages.decode(message, ipv6).isPresent() && type != 32)
                    .isFalse();
        }
    }

    private static NetlinkMessage view(byte[] octets) {
        return NetlinkMessage.view(new UnsafeBuffer(octets), 0, octets.length);
    }

    private static String hex(NetlinkMessage message) {
        return HexFormat.of().formatHex(message.finish(1));
    }
}
