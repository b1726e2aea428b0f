package io.godwit.xtr.control.mobility;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.ControlCodec;
import io.godwit.xtr.config.FirstHopRouterConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A first-hop router, where it was heard last, and what it has registered, each until its lifetime ends. */
final class FirstHopRouter {
    final FirstHopRouterConfig config;
    final AuthenticationKey key;
    /** Where it is told that EIDs have left. */
    Endpoint endpoint;
    /** The address of ours that it registers at; empty before it has. */
    Optional<IpAddress> local = Optional.empty();

    private final Map<EidPrefix, Timers.Timer> lifetimes = new HashMap<>();

    FirstHopRouter(FirstHopRouterConfig config) {
        this.config = config;
        key = config.key().read();
        endpoint = new Endpoint(config.addresses().getFirst(), ControlCodec.PORT);
    }

    String name() {
        return config.name();
    }

    /** Its nonces are counted for each key. */
    String sender() {
        return key.keyId() + " " + config.name();
    }

    boolean has(EidPrefix eid) {
        return lifetimes.containsKey(eid);
    }

    boolean isFull() {
        return lifetimes.size() >= config.maxEids();
    }

    /** It has {@code eid}, and does {@code whenOver} unless it says so again within {@code lifetime}. */
    void keep(EidPrefix eid, Timers timers, Duration lifetime, Runnable whenOver) {
        Timers.Timer before = lifetimes.put(eid, timers.after(lifetime, whenOver));
        if (before != null) {
            before.cancel();
        }
    }

    /** @return whether it had {@code eid} */
    boolean drop(EidPrefix eid) {
        Timers.Timer lifetime = lifetimes.remove(eid);
        if (lifetime != null) {
            lifetime.cancel();
        }
        return lifetime != null;
    }
}
