package io.godwit.packet.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Tshark;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A second opinion on our golden data packets, and on what is inside them. */
@Timeout(120)
class TsharkDataTest {
    private static final int PORT = 4341;
    /** What the packets carry is no DNS and no TLS, whatever their ports. */
    private static final String[] ARGUMENTS = {
        "--disable-protocol",
        "dns",
        "--disable-protocol",
        "tls",
        "-o",
        "ip.check_checksum:TRUE",
        "-o",
        "udp.check_checksum:TRUE",
        "-o",
        "tcp.check_checksum:TRUE",
        "-e",
        "frame.protocols",
        "-e",
        "_ws.malformed",
        "-e",
        "ip.checksum.status",
        "-e",
        "udp.checksum.status",
        "-e",
        "tcp.checksum.status",
        "-e",
        "lisp-data.iid"
    };

    @TempDir
    private Path folder;

    @Test
    void shouldBeReadAsWeReadThem() throws Exception {
        Map<String, byte[]> packets = new LinkedHashMap<>(GoldenData.packets());
        List<String> lines = new Tshark(folder).read(packets, PORT, ARGUMENTS);

        int i = 0;
        for (Map.Entry<String, byte[]> packet : packets.entrySet()) {
            String name = packet.getKey();
            String[] fields = lines.get(i++).split("\\|", -1);
            assertThat(fields[1]).as("%s: malformed", name).isEmpty();
            assertThat((fields[2] + fields[3] + fields[4]).replace(",", ""))
                    .as("%s: each checksum good", name)
                    .matches("1+");
            assertThat(fields[0]).as(name).startsWith("eth:ethertype:ip:udp:lisp-data" + inner(name));
            assertThat(fields[5]).as("%s: instance", name).isEqualTo(instance(packet.getValue()));
        }
    }

    /** tshark does not know LISP-GPE, and finds only those inner packets that begin as IP does. */
    private static String inner(String name) {
        return switch (name) {
            case "gpe-ethernet", "gpe-shims" -> "";
            default -> name.contains("6") ? ":ipv6" : ":ip";
        };
    }

    private static String instance(byte[] packet) {
        boolean present = (packet[0] & 0x08) != 0;
        int id = ((packet[4] & 0xff) << 16) | ((packet[5] & 0xff) << 8) | (packet[6] & 0xff);
        return present ? Integer.toString(id) : "";
    }
}
