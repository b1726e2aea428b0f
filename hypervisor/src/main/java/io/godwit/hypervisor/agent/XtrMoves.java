package io.godwit.hypervisor.agent;

import io.godwit.daemon.net.Timers;
import io.godwit.hypervisor.config.HypervisorConfig;
import io.godwit.hypervisor.config.HypervisorConfig.GuestConfig;
import io.godwit.hypervisor.xtr.XtrClient;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Tells the xTR what guests do, in the phases of a move. */
final class XtrMoves implements Guest.Moves {
    private static final Logger LOG = LoggerFactory.getLogger(XtrMoves.class);

    /** The xTR's packets to a guest that left are in the tap by then. */
    private static final Duration LATE = Duration.ofMillis(500);

    /** What was sent on has left the TUN by then. */
    private static final Duration LAST_BEFORE_RELEASE = Duration.ofMillis(3);

    private final XtrClient xtr;
    private final Replays replays;
    private final Timers timers;
    private final List<String> otherSite;
    private final Map<MacAddress, List<String>> eids = new HashMap<>();

    XtrMoves(HypervisorConfig config, XtrClient xtr, Timers timers) {
        this.xtr = xtr;
        this.timers = timers;
        replays = new Replays(xtr, timers, config.replay());
        otherSite = config.sites().getFirst().rlocs().stream()
                .map(IpAddress::toString)
                .toList();
        for (GuestConfig guest : config.guests()) {
            eids.put(guest.mac(), guest.eids().stream().map(EidPrefix::toString).toList());
        }
    }

    @Override
    public void prepare(List<Card> cards) {
        var _ = send("prepare", cards, Map.of("from", otherSite));
    }

    /** Whatever takes time is done now: when the guest stops there is none. */
    @Override
    public void beginsToLeave(List<Card> cards) {
        replays.watch(cards);
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
        var _ = send("switch", cards, Map.of("to", otherSite)).thenRun(() -> {
            replays.replay(cards, stopMicros);
            timers.after(LAST_BEFORE_RELEASE, () -> {
                var _ = xtr.post("/v1/moves/release", Map.of("eids", eids(cards)));
            });
        });
    }

    @Override
    public void gone(List<Card> cards) {
        timers.after(LATE, () -> replays.end(cards));
    }

    @Override
    public void commit(List<Card> cards) {
        for (Card card : cards) {
            var _ = send("commit", List.of(card), Map.of("mac", card.mac().toString()));
        }
    }

    @Override
    public void rollback(List<Card> cards) {
        replays.end(cards);
        var _ = send("rollback", cards, Map.of());
    }

    /** @return completes when the xTR has done it, and does not when it refused */
    private CompletableFuture<Void> send(String phase, List<Card> cards, Map<String, Object> more) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        List<String> concerned = eids(cards);
        if (concerned.isEmpty()) {
            LOG.warn("{}: no address of {} is known: name it under guests in the configuration", phase, cards);
            return done;
        }
        Map<String, Object> body = new LinkedHashMap<>(more);
        body.put("eids", concerned);
        body.put("phase", phase);
        long start = timers.nanoTime();
        var _ = xtr.post("/v1/moves", body).handle((answer, failure) -> {
            if (failure == null) {
                LOG.info("{} of {}, answered after {} us", phase, concerned, (timers.nanoTime() - start) / 1_000);
                done.complete(null);
            } else {
                LOG.warn("{} of {} was refused: {}", phase, concerned, failure.getMessage());
            }
            return concerned;
        });
        return done;
    }
}
