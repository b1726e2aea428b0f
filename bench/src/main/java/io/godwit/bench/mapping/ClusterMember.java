package io.godwit.bench.mapping;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.NettyControlTransport;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.cluster.AeronLog;
import io.godwit.mapserver.cluster.SharedLog;
import io.godwit.mapserver.config.ClusterConfig;
import io.godwit.packet.address.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A map-server of a cluster as a process of its own; says on standard output what it is, whenever that changes. */
public final class ClusterMember {
    static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

    private ClusterMember() {}

    /** @param arguments its id, its UDP port, its state directory, and the first port of each member */
    public static void main(String[] arguments) throws InterruptedException {
        int id = Integer.parseInt(arguments[0]);
        List<ClusterConfig.Member> members = new ArrayList<>();
        for (int i = 3; i < arguments.length; i++) {
            members.add(new ClusterConfig.Member(i - 3, LOOPBACK, Integer.parseInt(arguments[i])));
        }
        Path state = Path.of(arguments[2]);
        ControlThread thread = new ControlThread("bench-member");
        thread.loop().execute(() -> {
            NettyControlTransport transport =
                    NettyControlTransport.open(thread.loop(), List.of(LOOPBACK), Integer.parseInt(arguments[1]));
            AeronLog log = new AeronLog(new ClusterConfig(id, members), state, thread.timers());
            MapServer server = Bed.server(Optional.of(state), Optional.of(log), transport, thread.timers());
            server.start();
            String[] said = {""};
            thread.timers().every(Duration.ofMillis(20), () -> {
                SharedLog.State now = log.state();
                String text = now.role() + (now.canWrite() ? " writes" : "");
                if (!text.equals(said[0])) {
                    said[0] = text;
                    System.out.println(text);
                }
            });
        });
        new CountDownLatch(1).await(); // is killed
    }
}
