package io.godwit.bench.mapping;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Map-servers of one cluster, as processes on this machine. */
final class ClusterProcesses implements AutoCloseable {
    private static final int PORTS = 4;
    private static final long START_NANOS = 90_000_000_000L;

    private final Path folder;
    private final List<Member> members = new ArrayList<>();

    /** One of them. */
    static final class Member {
        private final Process process;
        private final InetSocketAddress address;
        private volatile String state = "";
        private volatile long snapshotOctets;

        private Member(Process process, InetSocketAddress address) {
            this.process = process;
            this.address = address;
            Thread reader = new Thread(this::read, "member-output");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith(ClusterMember.SNAPSHOT)) {
                        snapshotOctets = Long.parseLong(line.substring(ClusterMember.SNAPSHOT.length() + 1));
                    } else {
                        state = line;
                    }
                }
            } catch (IOException e) {
                state = "";
            }
        }

        InetSocketAddress address() {
            return address;
        }

        boolean writes() {
            return state.endsWith(" writes");
        }

        boolean leads() {
            return state.equals("leader writes");
        }

        /** Of the last that it made since the start, 0 without. */
        long snapshotOctets() {
            return snapshotOctets;
        }

        /** Asks for one. */
        void takeSnapshot() throws IOException {
            process.getOutputStream().write((ClusterMember.SNAPSHOT + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        }

        void kill() {
            process.destroyForcibly();
        }
    }

    private ClusterProcesses(Path folder) {
        this.folder = folder;
    }

    /** Returns when all of them can write. */
    static ClusterProcesses start(int count, String heap) throws IOException, InterruptedException {
        ClusterProcesses all = new ClusterProcesses(Files.createTempDirectory("godwit-cluster"));
        try {
            all.launch(count, heap);
            all.awaitAll();
            return all;
        } catch (IOException | InterruptedException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private void launch(int count, String heap) throws IOException {
        List<Integer> ports = freePorts(count);
        for (int i = 0; i < count; i++) {
            Path state = Files.createDirectory(folder.resolve("member-" + i));
            List<String> arguments =
                    new ArrayList<>(List.of(Integer.toString(i), ports.get(i).toString(), state.toString()));
            ports.subList(count, 2 * count).forEach(port -> arguments.add(port.toString()));
            Process process = JavaProcess.start(ClusterMember.class, heap, arguments);
            members.add(
                    new Member(process, new InetSocketAddress(ClusterMember.LOOPBACK.toInetAddress(), ports.get(i))));
        }
    }

    private void awaitAll() throws InterruptedException {
        long deadline = System.nanoTime() + START_NANOS;
        while (!members.stream().allMatch(Member::writes)) {
            if (System.nanoTime() > deadline || !members.stream().allMatch(one -> one.process.isAlive())) {
                throw new IllegalStateException("the members did not find together: "
                        + members.stream().map(one -> one.state).toList());
            }
            MILLISECONDS.sleep(20);
        }
    }

    /** One for each map-server, and then the first of those that each member needs for the others. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<Integer> ports = new ArrayList<>();
        List<DatagramSocket> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DatagramSocket socket = new DatagramSocket();
            held.add(socket);
            ports.add(socket.getLocalPort());
        }
        // Below those that the kernel gives to others.
        for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 1_000) * 8;
                ports.size() < 2 * count;
                port += 2 * PORTS) {
            if (areFree(port)) {
                ports.add(port);
            }
        }
        held.forEach(DatagramSocket::close);
        return ports;
    }

    private static boolean areFree(int first) {
        for (int port = first; port < first + PORTS; port++) {
            try (DatagramSocket probe =
                    new DatagramSocket(new InetSocketAddress(ClusterMember.LOOPBACK.toInetAddress(), port))) {
                probe.setReuseAddress(false);
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    List<Member> members() {
        return List.copyOf(members);
    }

    Member leader() {
        return members.stream().filter(Member::leads).findFirst().orElseThrow();
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.process.destroyForcibly().onExit().join();
        }
        JavaProcess.delete(folder);
    }
}
