package io.godwit.packet.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-",
                "10.0.0.1",
                "2001:db8::1",
                "52:54:00:aa:00:10",
                "[7]10.0.0.0",
                "[4294967295]2001:db8::",
                "[7]52:54:00:aa:00:10",
                "[16776960/24]-",
                "\"ietf.lisp\"",
                "\"a\\\"b\\\\c\\x00\"",
                "(10.1.0.1,232.1.1.1)",
                "(10.1.0.0/24,232.1.1.1)",
                "[7](10.1.0.1,232.1.1.1)",
                "[7][0](10.1.0.1,232.1.1.1)",
                "elp(172.31.5.1,172.31.2.1+lps)",
                "rle(203.0.113.1@128,2001:db8::1@0)",
                "sd(10.1.0.0/16,10.2.0.0/24)",
                "keys(5!,192.0.2.1)"
            })
    void shouldWriteWhatItRead(String text) {
        if (text.contains("\\x00")) {
            assertThatThrownBy(() -> AddressText.parse(text)).hasMessageContaining("NUL");
        } else {
            assertThat(AddressText.parse(text)).hasToString(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.1",
                "10.0.0.256",
                "10.0.0.01",
                "10.0.0.1.",
                "10.0.0",
                " 10.0.0.1",
                "0x0a000001",
                "167772161",
                "localhost",
                "::1%eth0",
                "[::1]",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "12345::",
                ":1",
                "1.2.3.4::",
                "[7",
                "[7]",
                "[-1]10.0.0.1",
                "[4294967296]10.0.0.1",
                "52:54:00:aa:00",
                "(10.0.0.1)",
                "elp(10.0.0.1+x)",
                "rle(10.0.0.1)",
                "rle(10.0.0.1@256)",
                "what(10.0.0.1)",
                "list(10.0.0.1",
                "list(10.0.0.1))",
                "\"open",
                "json(0x0,-)",
                "encap(carrier-pigeon,-)",
                "[1][1][1][1][1][1][1][1][1][1]10.0.0.1"
            })
    void shouldRefuseWithASentence(String text) {
        assertThatThrownBy(() -> AddressText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text.isEmpty() ? "''" : text);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "0:0:0:0:0:0:0:0, ::",
        "1:0:0:0:0:0:0:0, 1::",
        "::FFFF:192.0.2.1, ::ffff:c000:201"
    })
    void shouldWriteIpv6AsRfc5952(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString(canonical);
    }

    @Property
    void shouldReadIpv6AsTheJdkDoes(@ForAll long high, @ForAll long low, @ForAll int mask) throws UnknownHostException {
        // Masks make runs of zero groups likely.
        Ipv6Address address = new Ipv6Address(high & (long) mask << 16, low & ~(long) mask);
        InetAddress jdk = InetAddress.getByAddress(address.toBytes());

        assertThat(IpAddress.parse(jdk.getHostAddress())).isEqualTo(IpAddress.of(jdk));
        assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
    }
}
