package io.godwit.hypervisor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TcpPeersTest {
    @Test
    void shouldFindTheFarEndsOfEstablishedConnectionsOfTheProcess() {
        List<String> lines = List.of(
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
                "   0: 0100007F:C000 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 100 1 0",
                "   1: 00000000:C000 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 0",
                "   2: 0100007F:C000 0C7100CB:1F90 01 00000000:00000000 00:00000000 00000000     0        0 102 1 0");

        assertThat(TcpPeers.remote(lines, Set.of("101", "102"))).containsExactly(IpAddress.parse("203.0.113.12"));
    }

    @Test
    void shouldReadIpv6AndSeeIpv4WithinIt() {
        List<String> lines = List.of(
                "   0: 00000000000000000000000001000000:C000 B80D0120000000000000000002000000:1F90 01"
                        + " 00000000:00000000 00:00000000 00000000     0        0 100 1 0",
                "   1: 0000000000000000FFFF00000100007F:C000 0000000000000000FFFF00000C7100CB:1F90 01"
                        + " 00000000:00000000 00:00000000 00000000     0        0 100 1 0");

        assertThat(TcpPeers.remote(lines, Set.of("100")))
                .containsExactly(IpAddress.parse("2001:db8::2"), IpAddress.parse("203.0.113.12"));
    }

    @Test
    void shouldSeeAConnectionOfThisProcess() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.3"));
                Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
            assertThat(socket.isConnected()).isTrue();
            assertThat(TcpPeers.of((int) ProcessHandle.current().pid())).contains(IpAddress.parse("127.0.0.3"));
        }
    }

    @Test
    void shouldFindNothingOfAProcessThatIsNotThere() {
        assertThat(TcpPeers.of(Integer.MAX_VALUE)).isEmpty();
    }
}
