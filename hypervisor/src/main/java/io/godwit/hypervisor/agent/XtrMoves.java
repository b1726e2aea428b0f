package io.godwit.hypervisor.agent;

import io.godwit.daemon.net.Timers;
import io.godwit.hypervisor.config.HypervisorConfig;
import io.godwit.hypervisor.config.HypervisorConfig.GuestConfig;
import io.godwit.hypervisor.config.HypervisorConfig.SiteConfig;
import io.godwit.hypervisor.xtr.Xtr;
import io.godwit.hypervisor.xtr.XtrException;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import tools.jackson.databind.JsonNode;

/** Tells the xTR what guests do, in the phases of a move. */
final class XtrMoves implements Guest.Moves {
    private static final Logger LOG = LoggerFactory.getLogger(XtrMoves.class);

    /** The xTR's packets to a guest that left are in the tap by then. */
    private static final Duration LATE = Duration.ofMillis(500);

    private static final Duration SEARCH = Duration.ofMillis(50);
    /** As long as a prepared move waits. */
    private static final int SEARCHES = 600;

    /** What was sent on has left the TUN by then. */
    private static final Duration LAST_BEFORE_RELEASE = Duration.ofMillis(1);

    private final Xtr xtr;
    private final Replays replays;
    private final Timers timers;
    private final Sites sites;
    private final Predicate<Card> waits;
    private final Level level;
    private final Map<List<Card>, SiteConfig> destinations = new HashMap<>();
    /** Guests of which is found out where they come from or go to. */
    private final Set<List<Card>> sought = new HashSet<>();
    /** What an xTR that was not there is told when it is again: at most one thing of a guest, the last. */
    private final Map<List<String>, Runnable> untold = new LinkedHashMap<>();

    private final Map<MacAddress, List<String>> eids = new HashMap<>();

    XtrMoves(HypervisorConfig config, Xtr xtr, Timers timers) {
        this(config, xtr, timers, Level.INFO);
    }

    /** @param level at which what was done is logged */
    XtrMoves(HypervisorConfig config, Xtr xtr, Timers timers, Level level) {
        this(
                config,
                xtr,
                timers,
                new Sites(config.sites(), TcpPeers::of),
                new TapState(Path.of("/sys/class/net"))::keeps,
                level);
    }

    /** @param waits whether a card keeps what comes until its guest runs */
    XtrMoves(HypervisorConfig config, Xtr xtr, Timers timers, Sites sites, Predicate<Card> waits, Level level) {
        this.waits = waits;
        this.level = level;
        this.sites = sites;
        this.xtr = xtr;
        this.timers = timers;
        replays = new Replays(xtr, timers, config.replay());
        for (GuestConfig guest : config.guests()) {
            eids.put(guest.mac(), guest.eids().stream().map(EidPrefix::toString).toList());
        }
    }

    /** The xTR is there again: says what it missed. */
    void connected() {
        List<Runnable> missed = List.copyOf(untold.values());
        untold.clear();
        missed.forEach(Runnable::run);
    }

    private static List<String> rlocs(SiteConfig site) {
        return site.rlocs().stream().map(IpAddress::toString).toList();
    }

    @Override
    public void prepare(List<Card> cards) {
        seek(
                cards,
                site -> cards.forEach(card -> {
                    Map<String, Object> more = new LinkedHashMap<>(Map.of("from", rlocs(site)));
                    if (waits.test(card)) {
                        more.put("card", card.mac().toString());
                    }
                    var _ = send("prepare", List.of(card), more);
                }));
    }

    /** Of several sites it is known which one only when the two hypervisors are connected. */
    private void seek(List<Card> cards, Consumer<SiteConfig> found) {
        if (sought.add(cards)) {
            search(cards, SEARCHES, found);
        }
    }

    private void search(List<Card> cards, int left, Consumer<SiteConfig> found) {
        Optional<SiteConfig> site = sites.of(cards);
        if (site.isPresent()) {
            sought.remove(cards);
            found.accept(site.get());
        } else if (left > 0) {
            timers.after(SEARCH, () -> {
                if (sought.contains(cards)) {
                    search(cards, left - 1, found);
                }
            });
        } else {
            sought.remove(cards);
            LOG.warn("which site {} comes from or goes to is not known: name its hypervisors in sites.hosts", cards);
        }
    }

    /** Whatever takes time is done now: when the guest stops there is none. */
    @Override
    public void beginsToLeave(List<Card> cards) {
        replays.watch(cards);
        seek(cards, site -> destinations.put(cards, site));
        if (cards.stream().allMatch(card -> eids.containsKey(card.mac()))) {
            hold(cards);
            return;
        }
        var _ = xtr.get("/v1/database").handle((database, failure) -> {
            if (failure == null) {
                cards.forEach(card -> learn(database, card.mac()));
                hold(cards);
            }
            return cards;
        });
    }

    /**
     * Newer packets shall wait when the guest is switched, until what it did not get has been sent on. An xTR that does not know this
     * refuses, and then they do not wait.
     */
    private void hold(List<Card> cards) {
        List<String> concerned = eids(cards);
        if (!concerned.isEmpty()) {
            var _ = xtr.post("/v1/moves/hold", Map.of("eids", concerned));
        }
    }

    private List<String> eids(List<Card> cards) {
        return cards.stream()
                .flatMap(card -> eids.getOrDefault(card.mac(), List.of()).stream())
                .toList();
    }

    private void learn(JsonNode database, MacAddress mac) {
        List<String> found = new ArrayList<>();
        database.forEach(host -> {
            if (host.path("mac").asString("").equals(mac.toString())
                    && host.path("state").asString("").equals("local")) {
                found.add(host.path("eid").asString(""));
            }
        });
        if (!found.isEmpty()) {
            eids.put(mac, found);
        }
    }

    @Override
    public void switchAway(List<Card> cards, long stopMicros) {
        sought.remove(cards);
        Optional<SiteConfig> to =
                Optional.ofNullable(destinations.remove(cards)).or(() -> sites.of(cards));
        if (to.isEmpty()) {
            LOG.warn(
                    "{} was stopped, and which site it goes to is not known: its packets are not sent on; name the"
                            + " hypervisors in sites.hosts",
                    cards);
            return;
        }
        var _ = send("switch", cards, Map.of("to", rlocs(to.get()))).thenRun(() -> {
            replays.replay(cards, stopMicros);
            timers.after(LAST_BEFORE_RELEASE, () -> {
                var _ = xtr.post("/v1/moves/release", Map.of("eids", eids(cards)));
            });
        });
    }

    @Override
    public void gone(List<Card> cards) {
        forget(cards);
        timers.after(LATE, () -> replays.end(cards));
    }

    @Override
    public void commit(List<Card> cards) {
        forget(cards);
        for (Card card : cards) {
            var _ = send("commit", List.of(card), Map.of("mac", card.mac().toString()));
        }
    }

    @Override
    public void rollback(List<Card> cards) {
        forget(cards);
        replays.end(cards);
        var _ = send("rollback", cards, Map.of());
    }

    private void forget(List<Card> cards) {
        sought.remove(cards);
        destinations.remove(cards);
    }

    /** @return completes when the xTR has done it, and does not when it refused */
    private CompletableFuture<Void> send(String phase, List<Card> cards, Map<String, Object> more) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        List<String> concerned = eids(cards);
        if (concerned.isEmpty()) {
            LOG.warn("{}: no address of {} is known: name it under guests in the configuration", phase, cards);
            return done;
        }
        untold.keySet().removeIf(earlier -> !Collections.disjoint(earlier, concerned));
        Map<String, Object> body = new LinkedHashMap<>(more);
        body.put("eids", concerned);
        body.put("phase", phase);
        post(phase, concerned, body, done);
        return done;
    }

    private void post(String phase, List<String> concerned, Map<String, Object> body, CompletableFuture<Void> done) {
        long start = timers.nanoTime();
        var _ = xtr.post("/v1/moves", body).handle((answer, failure) -> {
            if (failure == null) {
                LOG.atLevel(level)
                        .log("{} of {}, answered after {} us", phase, concerned, (timers.nanoTime() - start) / 1_000);
                done.complete(null);
            } else if (failure instanceof XtrException why && !why.answered()) {
                LOG.warn("{} of {} waits: {}", phase, concerned, why.getMessage());
                untold.put(concerned, () -> post(phase, concerned, body, done));
            } else {
                LOG.warn("{} of {} was refused: {}", phase, concerned, failure.getMessage());
            }
            return concerned;
        });
    }
}
