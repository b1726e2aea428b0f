package io.godwit.xtr.control.fake;

import io.godwit.daemon.config.KeyConfig;
import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.memory.Datagram;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.MapRequest;
import io.godwit.xtr.config.MoveChannelConfig;
import io.godwit.xtr.config.MovesConfig;
import io.godwit.xtr.config.RlocConfig;
import io.godwit.xtr.config.XtrConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * Several sites with whole xTRs, a map-server, and a client that sends numbered packets to a guest, which is at one of the sites or on its
 * way. A packet takes a millisecond from one to the next.
 */
public final class MoveWorld {
    static final IpAddress GUEST_IP = IpAddress.parse(TestSite.VM);
    static final EidPrefix GUEST = EidPrefix.host(0, GUEST_IP);
    static final IpAddress CLIENT = IpAddress.parse("203.0.113.1");
    private static final Duration FLIGHT = Duration.ofMillis(1);
    /** A guest that runs sends something now and then. */
    private static final Duration CHATTER = Duration.ofSeconds(2);

    private static final int ON_ITS_WAY = -1;
    private static final int NOWHERE = -1;

    public final VirtualTimers timers = new VirtualTimers();
    public final MemoryNetwork network = new MemoryNetwork(timers);
    public final List<MoveSite> sites = new ArrayList<>();
    public final ModelMapServer mapServer;
    private final Set<Integer> delivered = new TreeSet<>();
    private final List<String> lost = new ArrayList<>();
    private final Map<Integer, String> paths = new HashMap<>();
    private int guestAt;
    /** Where the card of the guest is that comes, and what waits in it. */
    private int cardAt = NOWHERE;

    private final List<Token> inCard = new ArrayList<>();
    private int sent;
    private IpAddress mapping;

    /** The guest is at the first site, which has it local, and the client knows. */
    public MoveWorld(Path directory, int count) {
        this(directory, count, site -> Optional.empty());
    }

    /** @param moves the policy of each site */
    public MoveWorld(Path directory, int count, IntFunction<Optional<MovesConfig>> moves) {
        this(directory, count, moves, true);
    }

    /** Whose xTRs know of each other by the mapping system only. */
    public static MoveWorld withoutChannel(Path directory, int count) {
        return new MoveWorld(directory, count, site -> Optional.empty(), false);
    }

    private MoveWorld(Path directory, int count, IntFunction<Optional<MovesConfig>> moves, boolean channel) {
        mapServer = new ModelMapServer(network, timers);
        mapping = address(0);
        client();
        for (int i = 0; i < count; i++) {
            Path own = directory.resolve("site-" + i);
            try {
                Files.createDirectories(own);
                Files.writeString(own.resolve("move.key"), "between clouds");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            sites.add(new MoveSite(this, i, own, config(own, i, channel ? count : 0, moves.apply(i))));
        }
        sites.forEach(MoveSite::start);
        timers.every(CHATTER, () -> sites.forEach(this::guestAnswers));
        rest(Duration.ofMillis(10));
        sites.getFirst().seen(false);
        rest(Duration.ofMillis(1));
        advance(100);
    }

    private static IpAddress address(int site) {
        return IpAddress.parse("192.0.2." + (site + 1));
    }

    public static String name(int site) {
        return "xtr-" + (char) ('a' + site);
    }

    private static XtrConfig config(Path directory, int index, int count, Optional<MovesConfig> moves) {
        XtrConfig plain = TestSite.config(directory);
        List<MoveChannelConfig.PeerConfig> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i != index) {
                peers.add(new MoveChannelConfig.PeerConfig(
                        name(i), List.of(address(i)), new KeyConfig(1, null, directory.resolve("move.key"))));
            }
        }
        return new XtrConfig(
                name(index),
                List.of(new RlocConfig(address(index), 1, 100)),
                plain.instances(),
                plain.mapResolvers(),
                plain.mapServers(),
                List.of(),
                plain.dynamicEids(),
                plain.segments(),
                plain.eidSpace(),
                plain.proxyEtrs(),
                plain.recordTtl(),
                plain.xtrId(),
                index,
                moves,
                Optional.of(new MoveChannelConfig(4344, peers)).filter(with -> count > 0),
                plain.firstHopRouters(),
                plain.rlocProbing(),
                plain.stateDirectory(),
                plain.forwarding(),
                plain.management());
    }

    /** Asks the mapping system again when somebody tells it to. */
    private void client() {
        ControlTransport transport = network.open(ControlCodec.PORT, CLIENT);
        transport.handler((buffer, offset, length, local, remote) -> {
            if (ControlCodec.decode(buffer, offset, length) instanceof MapRequest request
                    && request.has(MapRequest.Flag.SMR)) {
                timers.after(FLIGHT.multipliedBy(2), this::resolve);
            }
        });
        mapServer.onChange(() -> timers.after(FLIGHT, this::resolve));
    }

    private void resolve() {
        mapServer.owner().ifPresent(owner -> mapping = owner);
    }

    // --- time and packets

    /** So many milliseconds, with a packet of the client in each. */
    public void advance(int millis) {
        for (int i = 0; i < millis; i++) {
            send();
            timers.advance(Duration.ofMillis(1));
        }
    }

    /** Time without packets. */
    public void rest(Duration time) {
        timers.advance(time);
    }

    public void send() {
        carry(new Token(sent++), CLIENT, mapping);
    }

    /** A fresh packet that nobody has sent yet. */
    public Token token() {
        return new Token(sent++);
    }

    /** Somebody sends the datagram, with the sender's address that it has. */
    public void inject(Datagram datagram) {
        sites.stream().filter(site -> site.rloc.equals(datagram.to().address())).forEach(site -> site.inject(datagram));
    }

    void carry(Token token, IpAddress from, IpAddress to) {
        paths.merge(token.number(), " " + timers.epochMillis() % 10_000 + " to " + to, String::concat);
        timers.after(FLIGHT, () -> sites.stream()
                .filter(site -> site.rloc.equals(to))
                .findFirst()
                .ifPresentOrElse(site -> site.receive(token, from), () -> lose(token, "no such xTR " + to)));
    }

    void deliver(Token token, MoveSite site) {
        if (site.index != guestAt) {
            lose(token, "delivered at " + site.rloc + ", where the guest is not");
        } else {
            delivered.add(token.number());
        }
    }

    void lose(Token token, String why) {
        lost.add(token.number() + ":" + paths.getOrDefault(token.number(), "") + ": " + why);
    }

    /** What became of packets that did not reach the guest; without those that died with a process when {@code killed} is false. */
    public List<String> lost(boolean killed) {
        return lost.stream()
                .filter(one -> killed || !one.endsWith("process killed"))
                .toList();
    }

    public boolean isDelivered(int number) {
        return delivered.contains(number);
    }

    public int sent() {
        return sent;
    }

    // --- the guest

    public int guestAt() {
        return guestAt;
    }

    public void guestStops() {
        guestAt = ON_ITS_WAY;
    }

    /** A hypervisor waits for the guest: its card is on the segment of {@code site}. */
    public void cardAppears(MoveSite site) {
        cardAt = site.index;
    }

    /** It runs there, unannounced as yet, and finds what waits in its card; one elsewhere is gone, with all that is in it. */
    public void guestResumes(MoveSite site) {
        guestAt = site.index;
        if (cardAt == guestAt) {
            inCard.forEach(token -> deliver(token, site));
        }
        cardAt = NOWHERE;
        inCard.clear();
    }

    void waitInCard(Token token, MoveSite site) {
        if (site.index == cardAt) {
            inCard.add(token);
        } else {
            deliver(token, site);
        }
    }

    /** How many packets wait in the card of the guest that comes. */
    public int inCard() {
        return inCard.size();
    }

    /** Packets that were neither delivered nor lost: they still wait somewhere. */
    public int waiting() {
        return sent - delivered.size() - lost.size();
    }

    /** It runs there, and its hypervisor announces it. */
    public void guestRuns(MoveSite site) {
        guestResumes(site);
        site.seen(true);
        site.seen(false);
    }

    void guestAnswers(MoveSite site) {
        if (site.index == guestAt) {
            site.seen(false);
        }
    }

    // --- the end

    /** Why the world is not as it should be: the guest local at one site, its own, registered there, and reached. Empty when it is. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (MoveSite site : sites) {
            boolean local = site.state().equals("local");
            if (local != (site.index == guestAt)) {
                faults.add(site.rloc + " has it " + site.state() + ", the guest is at " + guestAt);
            }
        }
        if (!mapServer.owner().equals(Optional.of(address(guestAt)))) {
            faults.add("the map-server says " + mapServer.owner() + ", the guest is at " + guestAt);
        }
        int first = sent;
        advance(5);
        timers.advance(Duration.ofMillis(20));
        for (int number = first; number < first + 5; number++) {
            if (!isDelivered(number)) {
                faults.add("packet " + number + " does not reach the guest: "
                        + lost.subList(Math.max(0, lost.size() - 5), lost.size()));
                break;
            }
        }
        return faults;
    }

    static ControlSender sender(ControlTransport transport) {
        return new ControlSender(transport, new MessageAuthentication());
    }

    static Endpoint control(IpAddress address) {
        return new Endpoint(address, ControlCodec.PORT);
    }

    /** What happened, site by site, for whoever wonders why a test failed. */
    public String story() {
        StringBuilder story = new StringBuilder();
        sites.forEach(site -> story.append(site.rloc)
                .append('\n')
                .append(site.events().replace(", Event", ",\n  Event"))
                .append('\n'));
        return story.toString();
    }
}
