package io.godwit.lab.stampede;

import io.godwit.cli.client.ManagementClient;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Guests;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Waiting;
import io.godwit.packet.address.IpAddress;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The host that moves, with its many addresses. */
final class Herd {
    /** What is on its way within the source's segment has reached the host by then. */
    private static final int DRAIN_MILLIS = 5;

    /** The order to commit, or what the xTR saw of the host itself before that came. */
    private static final Set<String> COMMITTED = Set.of("move-committed", "arrived");

    private final Lab lab;
    private final List<String> eids = new ArrayList<>();
    private Host at = Host.CLOUD_A;

    /** @param count addresses */
    Herd(Lab lab, int count) {
        this.lab = lab;
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < count; i++) {
            IpAddress address = address(first(), i);
            eids.add(address.toString());
            commands.append("addr add ").append(address).append("/64 dev eth0 nodad\n");
        }
        lab.topology().vm().sh("ip -batch - <<'END'\n" + commands + "END");
    }

    static String first() {
        return "2001:db8:1::1:0";
    }

    /** The address {@code index} after the first. */
    static IpAddress address(String first, int index) {
        byte[] octets = IpAddress.parse(first).toBytes();
        byte[] sum = new BigInteger(1, octets).add(BigInteger.valueOf(index)).toByteArray();
        byte[] padded = new byte[octets.length];
        int length = Math.min(sum.length, padded.length);
        System.arraycopy(sum, sum.length - length, padded, padded.length - length, length);
        return IpAddress.of(padded);
    }

    /** Its gateway has it local from now on. */
    void appear() {
        tell(at, eids, Map.of("phase", "commit", "mac", Guests.VM.mac()));
    }

    /**
     * What a move took.
     *
     * @param start when it was prepared, {@link System#nanoTime}
     * @param switched when the source was told to switch
     * @param told when the destination was told that the host is there
     * @param committed when it had committed the first of them, as its event says: to the millisecond, and not later
     * @param end when the map-server had confirmed all
     * @param seconds from the switch until then
     */
    record Moved(long start, long switched, long told, long committed, long end, double seconds) {}

    /** Moves the first {@code count} addresses, and the host, to the other cloud. */
    Moved move(int count) {
        return move(count, 0);
    }

    /** @param quietMillis how long the xTR is not asked whether all are registered: answering takes processors from what is measured */
    Moved move(int count, int quietMillis) {
        Host source = at;
        Host destination = source == Host.CLOUD_A ? Host.CLOUD_B : Host.CLOUD_A;
        List<String> moving = eids.subList(0, count);
        long since = lastEvent(destination);
        long start = System.nanoTime();
        tell(
                destination,
                moving,
                Map.of("phase", "prepare", "from", lab.configs().addresses(source)));
        long switched = System.nanoTime();
        long switchedMillis = System.currentTimeMillis();
        tell(source, moving, Map.of("phase", "switch", "to", lab.configs().addresses(destination)));
        Waiting.millis(DRAIN_MILLIS);
        lab.topology().replug(source, destination);
        long told = System.nanoTime();
        tell(destination, moving, Map.of("phase", "commit", "mac", Guests.VM.mac()));
        at = destination;
        Waiting.millis(quietMillis);
        Seen seen = awaitRegistered(destination, since, count);
        return new Moved(
                start,
                switched,
                told,
                Arrivals.nanoTime(Instant.ofEpochMilli(seen.committedMillis)),
                System.nanoTime(),
                (seen.registeredMillis - switchedMillis) / 1e3);
    }

    private void tell(Host xtr, List<String> moving, Map<String, Object> body) {
        Map<String, Object> whole = new HashMap<>(body);
        whole.put("eids", moving);
        client(xtr).post("/v1/moves", whole);
    }

    private ManagementClient client(Host xtr) {
        return lab.daemons().management(xtr);
    }

    private long lastEvent(Host xtr) {
        long last = 0;
        for (JsonNode event : client(xtr).get("/v1/events?since=0")) {
            last = Math.max(last, event.path("sequence").asLong());
        }
        return last;
    }

    /** Asks for each event once: the xTR that answers is the one that is measured. */
    private Seen awaitRegistered(Host xtr, long since, int count) {
        Seen seen = new Seen(client(xtr), since);
        Waiting.until(Duration.ofSeconds(30), () -> seen.registered() >= count && seen.committedMillis > 0, () -> {
            throw new LabException(
                    "not all of " + count + " EIDs were committed and registered within 30 s of the move");
        });
        return seen;
    }

    /** What an xTR has told after an event. Times are milliseconds since 1970. */
    private static final class Seen {
        private final ManagementClient client;
        private long last;
        private int registered;
        private long committedMillis;
        private long registeredMillis;

        Seen(ManagementClient client, long since) {
            this.client = client;
            last = since;
        }

        /** How many, until now. */
        int registered() {
            for (JsonNode event : client.get("/v1/events?since=" + last)) {
                last = Math.max(last, event.path("sequence").asLong());
                long millis = event.path("epochMillis").asLong();
                String kind = event.path("kind").asString("");
                if (kind.equals("registered")) {
                    registered++;
                    registeredMillis = millis;
                } else if (COMMITTED.contains(kind) && committedMillis == 0) {
                    committedMillis = millis;
                }
            }
            return registered;
        }
    }
}
