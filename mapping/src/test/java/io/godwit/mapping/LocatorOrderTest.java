package io.godwit.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.RlocRecord;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LocatorOrderTest {
    @Test
    void shouldPutIpv4BeforeIpv6EachAscendingUnsigned() {
        List<RlocRecord> mixed = Stream.of("2001:db8::2", "203.0.113.2", "fd00::1", "10.0.0.1", "2001:db8::1")
                .map(text -> locator(IpAddress.parse(text)))
                .toList();
        assertThat(LocatorOrder.sorted(mixed))
                .extracting(record -> record.locator().toString())
                .containsExactly("10.0.0.1", "203.0.113.2", "2001:db8::1", "2001:db8::2", "fd00::1");
    }

    @Test
    void shouldPutLcafLast() {
        RlocRecord lcaf = locator(new InstanceIdAddress(1, IpAddress.parse("10.0.0.1")));
        RlocRecord ip = locator(IpAddress.parse("fd00::1"));
        assertThat(LocatorOrder.sorted(List.of(lcaf, ip))).containsExactly(ip, lcaf);
    }

    @Test
    void shouldNotCopyWhatIsSorted() {
        List<RlocRecord> sorted = List.of(locator(IpAddress.parse("10.0.0.1")), locator(IpAddress.parse("10.0.0.2")));
        assertThat(LocatorOrder.sorted(sorted)).isSameAs(sorted);
    }

    private static RlocRecord locator(LispAddress address) {
        return RlocRecord.unicast(address, 1, 100, false);
    }
}
