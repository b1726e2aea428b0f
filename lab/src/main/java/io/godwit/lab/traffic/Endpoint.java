package io.godwit.lab.traffic;

import io.godwit.lab.LabException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One end of the traffic: sends and receives numbered UDP, and takes its part in the TCP transfer. Logs are {@code NAME.sent},
 * {@code NAME.arrived} and {@code NAME.tcp} in the folder given. Runs until it is killed.
 */
@Command(name = "endpoint", description = "One end of a lab's traffic.")
public final class Endpoint implements Callable<Integer> {
    private static final int UDP_PORT = 7001;
    private static final int TCP_PORT = 7002;
    private static final int OCTETS_PER_SECOND = 1_000_000;
    private static final int RECEIVE_BUFFER = 8 << 20;

    @Option(names = "--name", required = true)
    String name = "";

    @Option(names = "--logs", required = true)
    Path logs = Path.of("");

    @Option(names = "--udp", required = true, description = "own address")
    InetAddress udp = InetAddress.getLoopbackAddress();

    @Option(names = "--udp-peer", required = true)
    InetAddress udpPeer = InetAddress.getLoopbackAddress();

    @Option(names = "--pps", required = true)
    int packetsPerSecond;

    @Option(names = "--seconds", defaultValue = "600", description = "how long to send at most")
    int seconds;

    @Option(names = "--tcp", required = true, description = "own address")
    InetAddress tcp = InetAddress.getLoopbackAddress();

    @Option(
            names = "--reports",
            description = "the peer reports what it got: keep its logs too, as NAME.sent and NAME.arrived")
    @Nullable
    String reports;

    @Option(names = "--tcp-peer", description = "connect there; without: serve")
    @Nullable
    InetAddress tcpPeer;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Endpoint()).execute(arguments));
    }

    /** The command line for the process that is to be this end. */
    public static List<String> command(
            String name,
            Path logs,
            String udp,
            String udpPeer,
            int pps,
            int seconds,
            String tcp,
            @Nullable String tcpPeer) {
        List<String> command = new ArrayList<>(JavaCommand.of(Endpoint.class));
        command.addAll(List.of("--name", name, "--logs", logs.toString(), "--udp", udp, "--udp-peer", udpPeer));
        command.addAll(List.of("--pps", Integer.toString(pps), "--seconds", Integer.toString(seconds), "--tcp", tcp));
        if (tcpPeer != null) {
            command.addAll(List.of("--tcp-peer", tcpPeer));
        }
        return command;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int capacity = Math.multiplyExact(packetsPerSecond, seconds);
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.bind(new InetSocketAddress(udp, UDP_PORT)).connect(new InetSocketAddress(udpPeer, UDP_PORT));
        FlowLog arrived = FlowLog.create(logs.resolve(name + ".arrived"), capacity);
        FlowLog sent = FlowLog.create(logs.resolve(name + ".sent"), capacity);
        start("udp-receive", receiver(channel, arrived, capacity));
        start("udp-send", new UdpSender(channel, sent, packetsPerSecond));
        transfer();
        return 0;
    }

    private Runnable receiver(DatagramChannel channel, FlowLog arrived, int capacity) {
        if (reports == null) {
            return new UdpReceiver(channel, arrived);
        }
        FlowLog peerSent = FlowLog.create(logs.resolve(reports + ".sent"), capacity);
        FlowLog peerArrived = FlowLog.create(logs.resolve(reports + ".arrived"), capacity);
        return new ReportReceiver(channel, arrived, peerSent, peerArrived);
    }

    private void transfer() throws IOException, InterruptedException {
        if (tcpPeer == null) {
            TcpTransfer.serve(new InetSocketAddress(tcp, TCP_PORT));
            return;
        }
        StreamLog log = StreamLog.create(logs.resolve(name + ".tcp"));
        new TcpTransfer(log)
                .run(new InetSocketAddress(tcp, 0), new InetSocketAddress(tcpPeer, TCP_PORT), OCTETS_PER_SECOND);
        Thread.currentThread().join();
    }

    private static void start(String name, Runnable work) {
        Thread.ofPlatform()
                .name(name)
                .uncaughtExceptionHandler((thread, failure) -> {
                    throw new LabException(thread.getName() + " failed", failure);
                })
                .start(work);
    }
}
