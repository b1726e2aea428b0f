package io.godwit.hypervisor.agent;

import io.godwit.daemon.net.Timers;
import io.godwit.hypervisor.config.HypervisorConfig;
import io.godwit.hypervisor.config.HypervisorConfig.GuestConfig;
import io.godwit.hypervisor.xtr.XtrClient;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Tells the xTR what guests do, in the phases of a move. */
final class XtrMoves implements Guest.Moves {
    private static final Logger LOG = LoggerFactory.getLogger(XtrMoves.class);

    private final XtrClient xtr;
    private final Timers timers;
    private final List<String> otherSite;
    private final Map<MacAddress, List<String>> eids = new HashMap<>();

    XtrMoves(HypervisorConfig config, XtrClient xtr, Timers timers) {
        this.xtr = xtr;
        this.timers = timers;
        otherSite = config.sites().getFirst().rlocs().stream()
                .map(IpAddress::toString)
                .toList();
        for (GuestConfig guest : config.guests()) {
            eids.put(guest.mac(), guest.eids().stream().map(EidPrefix::toString).toList());
        }
    }

    @Override
    public void prepare(List<MacAddress> macs) {
        send("prepare", macs, Map.of("from", otherSite));
    }

    /** What the xTR knows of the guest is asked now: when it stops there is no time. */
    @Override
    public void beginsToLeave(List<MacAddress> macs) {
        if (macs.stream().allMatch(eids::containsKey)) {
            var _ = xtr.get("/v1/health");
            return;
        }
        var _ = xtr.get("/v1/database").handle((database, failure) -> {
            if (failure == null) {
                macs.forEach(mac -> learn(database, mac));
            }
            return macs;
        });
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
    public void switchAway(List<MacAddress> macs) {
        send("switch", macs, Map.of("to", otherSite));
    }

    @Override
    public void commit(List<MacAddress> macs) {
        macs.forEach(mac -> send("commit", List.of(mac), Map.of("mac", mac.toString())));
    }

    @Override
    public void rollback(List<MacAddress> macs) {
        send("rollback", macs, Map.of());
    }

    private void send(String phase, List<MacAddress> macs, Map<String, Object> more) {
        List<String> concerned = macs.stream()
                .flatMap(mac -> eids.getOrDefault(mac, List.of()).stream())
                .toList();
        if (concerned.isEmpty()) {
            LOG.warn("{}: no address of {} is known: name it under guests in the configuration", phase, macs);
            return;
        }
        Map<String, Object> body = new LinkedHashMap<>(more);
        body.put("eids", concerned);
        body.put("phase", phase);
        long start = timers.nanoTime();
        var _ = xtr.post("/v1/moves", body).handle((answer, failure) -> {
            if (failure != null) {
                LOG.warn("{} of {} was refused: {}", phase, concerned, failure.getMessage());
            } else {
                LOG.info("{} of {}, answered after {} us", phase, concerned, (timers.nanoTime() - start) / 1_000);
            }
            return concerned;
        });
    }
}
