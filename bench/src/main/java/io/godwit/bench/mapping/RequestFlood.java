package io.godwit.bench.mapping;

import io.godwit.packet.address.Ipv4Address;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * A map-server's process under Map-Requests for made-up EIDs from many addresses, over UDP, while an ITR asks for what is registered and an
 * xTR registers.
 */
public final class RequestFlood {
    private static final int EIDS = 1_000;
    private static final int SOURCES = 256;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long WARM_NANOS = 60 * SECOND_NANOS;
    private static final long ASK_NANOS = 5_000_000;
    private static final int NONCE_OFFSET = 4;
    private static final int FIRST_SOURCE = 0x7f20_0000;
    /** 127.64.0.0: four million addresses that replies are asked for at. */
    private static final int FIRST_ITR = 0x7f40_0000;

    private static final int ITRS = 1 << 22;
    private static final int REQUESTS = 1 << 14;

    private final DatagramChannel[] sources = new DatagramChannel[SOURCES];
    private final DatagramChannel itr = DatagramChannel.open();
    /** Where the flood's replies go: nobody reads them. */
    private final DatagramChannel nobody = DatagramChannel.open();

    private final ByteBuffer[] flood = new ByteBuffer[REQUESTS];
    private final Messages messages = new Messages();
    private final Histogram waits = new Histogram(3);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(4096);
    private final SplittableRandom random = new SplittableRandom(4342);
    private final Map<Long, Long> asked = new LinkedHashMap<>();
    private long sent;
    private int asks;
    private int firstAsk;

    /**
     * @param perSecond requests of the flood that were sent
     * @param asked by the ITR, from a quarter of the time on: until then the map-server's code is compiled
     * @param unanswered of these
     * @param growthMegabytes of the process, whose heap does not grow, from then on
     * @param counters of the map-server
     */
    public record Result(
            double perSecond, int asked, int unanswered, double p99Millis, double growthMegabytes, String counters) {}

    private RequestFlood(int port) throws IOException {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < SOURCES; i++) {
            Ipv4Address own = new Ipv4Address(FIRST_SOURCE + random.nextInt(1 << 20));
            sources[i] = DatagramChannel.open()
                    .bind(new InetSocketAddress(own.toInetAddress(), 0))
                    .connect(server);
            sources[i].configureBlocking(false);
        }
        itr.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .connect(server);
        itr.configureBlocking(false);
        nobody.setOption(StandardSocketOptions.SO_RCVBUF, 1).bind(new InetSocketAddress(0));
        int nowhere = ((InetSocketAddress) nobody.getLocalAddress()).getPort();
        for (int i = 0; i < REQUESTS; i++) {
            // EIDs of no site, or of the site and not registered.
            Ipv4Address to = new Ipv4Address(FIRST_ITR + random.nextInt(ITRS));
            flood[i] = copy(messages.request(random.nextLong(), EIDS + random.nextInt(1 << 30), to, nowhere));
        }
    }

    private ByteBuffer copy(int length) {
        ByteBuffer octets = ByteBuffer.allocateDirect(length);
        messages.buffer().getBytes(0, octets, 0, length);
        return octets.rewind();
    }

    /** @param rate Map-Requests a second */
    static Result run(int rate, int seconds) throws IOException {
        Process process = JavaProcess.start(
                FloodedServer.class, List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch"), List.of());
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            RequestFlood flood = new RequestFlood(Integer.parseInt(out.readLine()));
            double[] memory = flood.drive(rate, seconds, process.pid());
            process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
            String counters = String.valueOf(out.readLine());
            return new Result(
                    flood.sent / (double) seconds,
                    flood.asks - flood.firstAsk,
                    flood.asked.size(),
                    flood.waits.getValueAtPercentile(99) / 1e6,
                    memory[seconds - 1] - memory[seconds / 4],
                    counters);
        } finally {
            process.destroy();
        }
    }

    /** Until the map-server answers: its code is loaded then. */
    private void awaitAnswer() throws IOException {
        long end = System.nanoTime() + WARM_NANOS;
        for (long next = 0; waits.getTotalCount() == 0; receive()) {
            long now = System.nanoTime();
            if (now > end) {
                throw new IllegalStateException("the map-server does not answer");
            }
            if (now >= next) {
                register();
                ask(now);
                next = now + SECOND_NANOS;
            }
        }
        forgetAsked();
    }

    private void forgetAsked() {
        asked.clear();
        firstAsk = asks;
        waits.reset();
    }

    private double[] drive(int rate, int seconds, long pid) throws IOException {
        awaitAnswer();
        double[] memory = new double[seconds];
        long start = System.nanoTime();
        long nextAsk = start;
        for (long now = start; now - start < seconds * SECOND_NANOS; now = System.nanoTime()) {
            long due = (long) ((now - start) / 1e9 * rate);
            for (int i = 0; i < 64 && sent < due; i++, sent++) {
                sources[random.nextInt(SOURCES)].write(flood[random.nextInt(REQUESTS)].rewind());
            }
            if (now >= nextAsk) {
                ask(now);
                nextAsk = Math.max(now, nextAsk + ASK_NANOS);
            }
            receive();
            int second = (int) ((now - start) / SECOND_NANOS);
            if (second < seconds && memory[second] == 0) {
                memory[second] = megabytes(pid);
                register();
                if (second == seconds / 4) {
                    forgetAsked();
                }
            }
        }
        long end = System.nanoTime() + SECOND_NANOS;
        while (!asked.isEmpty() && System.nanoTime() < end) {
            receive();
        }
        return memory;
    }

    private void register() throws IOException {
        Datagrams registers = messages.registers(0, EIDS, Bed.RECORDS, 0);
        for (int i = 0; i < registers.size(); i++) {
            ByteBuffer octets = ByteBuffer.allocate(registers.length(i));
            registers.buffer(i).getBytes(registers.offset(i), octets, 0, registers.length(i));
            itr.write(octets.rewind());
        }
    }

    private void ask(long now) throws IOException {
        int port = ((InetSocketAddress) itr.getLocalAddress()).getPort();
        long nonce = ++asks;
        int length = messages.request(nonce, asks % EIDS, new Ipv4Address(0x7f00_0001), port);
        asked.put(nonce, now);
        itr.write(copy(length));
    }

    /** Map-Replies, and Map-Notifies of registrations. */
    private void receive() throws IOException {
        while (itr.read(answer.clear()) > 0) {
            Long since = asked.remove(answer.getLong(NONCE_OFFSET));
            if (since != null) {
                waits.recordValue(System.nanoTime() - since);
            }
        }
    }

    private static double megabytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        return 0;
    }

    /** By itself: Map-Requests a second, seconds. */
    public static void main(String[] arguments) throws IOException {
        System.out.println(run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])));
    }
}
