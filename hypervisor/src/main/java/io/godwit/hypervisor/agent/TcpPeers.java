package io.godwit.hypervisor.agent;

import io.godwit.packet.address.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The far ends of the TCP connections that a process has, as /proc tells: a migration is one of them. */
final class TcpPeers {
    private static final Path PROC = Path.of("/proc");
    private static final String ESTABLISHED = "01";
    private static final String SOCKET = "socket:[";
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private TcpPeers() {}

    /** Empty when there is no such process, or we may not look into it. */
    static Set<IpAddress> of(int pid) {
        Set<IpAddress> peers = new LinkedHashSet<>();
        try {
            Path process = PROC.resolve(Integer.toString(pid));
            Set<String> inodes = sockets(process.resolve("fd"));
            for (String table : List.of("net/tcp", "net/tcp6")) {
                peers.addAll(remote(Files.readAllLines(process.resolve(table)), inodes));
            }
        } catch (IOException e) {
            return peers;
        }
        return peers;
    }

    private static Set<String> sockets(Path descriptors) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path one : all) {
                String target = target(one);
                if (target.startsWith(SOCKET)) {
                    inodes.add(target.substring(SOCKET.length(), target.length() - 1));
                }
            }
        }
        return inodes;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    /** @param lines of /proc/PID/net/tcp or tcp6: {@code sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode} */
    static Set<IpAddress> remote(List<String> lines, Set<String> inodes) {
        Set<IpAddress> peers = new LinkedHashSet<>();
        for (String line : lines) {
            List<String> fields = List.of(line.strip().split("\\s+"));
            if (fields.size() > INODE && fields.get(STATE).equals(ESTABLISHED) && inodes.contains(fields.get(INODE))) {
                peers.add(address(fields.get(REMOTE)));
            }
        }
        return peers;
    }

    /** {@code 0100007F:1F90}: words of 32 bits as the machine has them, each printed as a number. */
    private static IpAddress address(String text) {
        byte[] printed = HexFormat.of().parseHex(text.substring(0, text.indexOf(':')));
        ByteBuffer octets = ByteBuffer.allocate(printed.length).order(ByteOrder.nativeOrder());
        ByteBuffer words = ByteBuffer.wrap(printed);
        while (words.hasRemaining()) {
            octets.putInt(words.getInt());
        }
        try {
            return IpAddress.of(InetAddress.getByAddress(octets.array()));
        } catch (IOException e) {
            throw new IllegalArgumentException(text + " is no address", e);
        }
    }
}
