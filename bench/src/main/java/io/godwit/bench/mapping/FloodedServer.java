package io.godwit.bench.mapping;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.NettyControlTransport;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.packet.address.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A map-server with the usual limits behind a UDP socket. Prints its port, and for each line that it reads its counters. */
final class FloodedServer {
    private FloodedServer() {}

    public static void main(String[] arguments) throws Exception {
        IpAddress loopback = IpAddress.parse("127.0.0.1");
        try (ControlThread thread = new ControlThread("flooded-map-server");
                NettyControlTransport transport = NettyControlTransport.open(thread.loop(), List.of(loopback), 0)) {
            MapServer server = thread.loop()
                    .submit(() -> {
                        MapServer made = new MapServer(Bed.sites(), LimitsConfig.DEFAULT, transport, thread.timers());
                        made.start();
                        return made;
                    })
                    .get();
            say(Integer.toString(transport.localPort()));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (in.readLine() != null) {
                Map<String, Long> counters =
                        thread.loop().submit(server::counters).get();
                say(counters.entrySet().stream()
                        .filter(one -> one.getValue() != 0)
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .collect(Collectors.joining(" ")));
            }
        }
    }

    private static void say(String line) throws IOException {
        System.out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
