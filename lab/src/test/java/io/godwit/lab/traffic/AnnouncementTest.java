package io.godwit.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AnnouncementTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:01:0a");

    @Test
    void shouldNameOnlyTheMacInRarp() {
        assertThat(hex(Announcement.rarp(MAC)))
                .isEqualTo("ffffffffffff02000000010a8035" + "0001080006040003" + "02000000010a00000000"
                        + "02000000010a00000000");
    }

    @Test
    void shouldAskForItsOwnAddressInGratuitousArp() {
        assertThat(hex(Announcement.gratuitousArp(MAC, IpAddress.parse("10.1.0.10"))))
                .isEqualTo("ffffffffffff02000000010a0806" + "0001080006040001" + "02000000010a0a01000a"
                        + "0000000000000a01000a");
    }

    @Test
    void shouldAdvertiseWithARightChecksum() {
        byte[] frame = Announcement.unsolicitedAdvertisement(MAC, IpAddress.parse("2001:db8:1::10"));

        assertThat(hex(frame))
                .startsWith("33330000000102000000010a86dd6000000000203aff20010db8000100000000000000000010"
                        + "ff0200000000000000000000000000018800")
                .endsWith("2000000020010db8000100000000000000000010" + "020102000000010a");
        assertThat(foldedSum(frame)).isEqualTo(0xFFFF);
    }

    /** Over the pseudo header and the message, checksum included. */
    private static int foldedSum(byte[] frame) {
        long sum = 32 + 58;
        for (int i = 22; i < frame.length; i += 2) {
            sum += ((frame[i] & 0xFF) << 8) | (frame[i + 1] & 0xFF);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return (int) sum;
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }
}
