package io.godwit.bench.mapping;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.NettyControlTransport;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.cluster.AeronLog;
import io.godwit.mapserver.cluster.SharedLog;
import io.godwit.mapserver.config.ClusterConfig;
import io.godwit.packet.address.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A map-server of a cluster as a process of its own; says on standard output what it is, whenever that changes, and how large each snapshot is.
 * Takes one when a line says so, and ends when there are no more.
 */
public final class ClusterMember {
    static final String SNAPSHOT = "snapshot";
    static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

    private ClusterMember() {}

    /** @param arguments its id, its UDP port, its state directory, and the first port of each member */
    public static void main(String[] arguments) throws IOException {
        int id = Integer.parseInt(arguments[0]);
        List<ClusterConfig.Member> members = new ArrayList<>();
        for (int i = 3; i < arguments.length; i++) {
            members.add(new ClusterConfig.Member(i - 3, LOOPBACK, Integer.parseInt(arguments[i])));
        }
        Path state = Path.of(arguments[2]);
        CompletableFuture<Runnable> snapshots = new CompletableFuture<>();
        ControlThread thread = new ControlThread("bench-member");
        thread.loop().execute(() -> {
            NettyControlTransport transport =
                    NettyControlTransport.open(thread.loop(), List.of(LOOPBACK), Integer.parseInt(arguments[1]));
            AeronLog log = new AeronLog(new ClusterConfig(id, members), state, thread.timers());
            MapServer server = Bed.server(Optional.of(state), Optional.of(log), transport, thread.timers());
            server.start();
            snapshots.complete(log::takeSnapshot);
            String[] said = {""};
            long[] snapshot = {-1};
            thread.timers().every(Duration.ofMillis(20), () -> {
                SharedLog.State now = log.state();
                String text = now.role() + (now.canWrite() ? " writes" : "");
                if (!text.equals(said[0])) {
                    said[0] = text;
                    System.out.println(text);
                }
                if (now.storage().snapshotAt() != snapshot[0]) {
                    snapshot[0] = now.storage().snapshotAt();
                    System.out.println(SNAPSHOT + " " + now.storage().snapshotOctets());
                }
            });
        });
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            thread.timers().execute(snapshots.join());
        }
        Runtime.getRuntime().halt(0); // who started it is gone
    }
}
