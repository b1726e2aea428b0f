package io.godwit.hypervisor.agent;

import io.godwit.daemon.net.Timers;
import io.godwit.hypervisor.libvirt.DomainInfo;
import io.godwit.hypervisor.libvirt.Libvirt;
import io.godwit.hypervisor.libvirt.LibvirtGone;
import io.godwit.hypervisor.libvirt.Lifecycle;
import io.godwit.packet.address.MacAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guests that libvirt shows. Its events say when a guest stops here and when it runs there; that one is about to leave they do not say,
 * so it is asked now and then whether something long is done with a guest. Everything happens on the event loop.
 */
final class DomainWatch implements Libvirt.Listener {
    static final Duration RECONNECT = Duration.ofSeconds(5);
    /** A migration of an idle guest takes longer. */
    static final Duration ASK = Duration.ofMillis(100);

    static final String CONNECTED = "connected";
    private static final Logger LOG = LoggerFactory.getLogger(DomainWatch.class);

    private final String uri;
    private final Libvirt.Connector connector;
    private final Timers timers;
    private final Guest.Moves moves;
    private final Map<String, Guest> guests = new LinkedHashMap<>();
    private @Nullable Libvirt libvirt;
    private String state = "not connected yet";
    private int asked;
    private boolean closed;

    DomainWatch(String uri, Libvirt.Connector connector, Timers timers, Guest.Moves moves) {
        this.uri = uri;
        this.connector = connector;
        this.timers = timers;
        this.moves = moves;
    }

    /** By name. */
    Map<String, Guest> guests() {
        return Collections.unmodifiableMap(guests);
    }

    /** {@value #CONNECTED}, or why not. */
    String state() {
        return state;
    }

    /** Throws what the connector does when there will never be a connection. */
    void start() {
        connect();
        timers.every(ASK, this::ask);
    }

    private void connect() {
        if (closed) {
            return;
        }
        try {
            Libvirt fresh = connector.connect(this);
            libvirt = fresh;
            state = CONNECTED;
            LOG.info("{}: connected", uri);
            on(fresh.domains(), domains -> domains.forEach(this::runs));
        } catch (LibvirtGone e) {
            lost(String.valueOf(e.getMessage()));
        }
    }

    private void lost(String reason) {
        if (!reason.equals(state)) {
            LOG.warn("{}: {}; it is tried again", uri, reason);
        }
        state = reason;
        libvirt = null;
        timers.after(RECONNECT, this::connect);
    }

    private void runs(DomainInfo domain) {
        Guest guest = guest(domain.name());
        guest.cards(cards(domain));
        if (guest.place() == Guest.Place.UNKNOWN) {
            guest.onStatus("running");
        }
    }

    private Guest guest(String domain) {
        return guests.computeIfAbsent(domain, name -> new Guest(moves, () -> guests.remove(name)));
    }

    private static List<Card> cards(DomainInfo domain) {
        return domain.nics().stream()
                .map(nic -> new Card(MacAddress.parse(nic.mac()), nic.tap(), domain.pid()))
                .toList();
    }

    @Override
    public void onEvent(String domain, Lifecycle event, long epochMicros) {
        timers.execute(() -> happened(domain, event, epochMicros));
    }

    @Override
    public void onClosed(String reason) {
        timers.execute(() -> {
            if (!closed) {
                lost(reason);
            }
        });
    }

    private void happened(String domain, Lifecycle event, long epochMicros) {
        LOG.debug("{}: {}", domain, event);
        switch (event) {
            case INCOMING -> describe(domain, "inmigrate");
            case STARTED -> describe(domain, "running");
            case SUSPENDED_TO_LEAVE -> {
                Guest guest = guest(domain);
                guest.onMigration("active");
                guest.stopped(epochMicros);
            }
            case RESUMED -> guest(domain).resumed();
            case LEFT -> {
                Guest guest = guest(domain);
                guest.onMigration("completed");
                guest.vanished();
            }
            case ENDED -> guest(domain).vanished();
        }
    }

    /** @param status as QEMU calls it */
    private void describe(String domain, String status) {
        if (libvirt == null) {
            return;
        }
        Guest guest = guest(domain);
        on(libvirt.describe(domain), info -> {
            guest.cards(cards(info));
            guest.onStatus(status);
        });
    }

    /** Whether one begins to leave, or does not leave after all. */
    private void ask() {
        Libvirt now = libvirt;
        if (now == null || asked > 0) {
            return;
        }
        guests.forEach((name, guest) -> {
            if (guest.place() == Guest.Place.HERE || guest.place() == Guest.Place.LEAVING) {
                asked++;
                on(now.hasJob(name), busy -> guest.onMigration(busy ? "active" : "cancelled"), () -> asked--);
            }
        });
    }

    private <T> void on(CompletableFuture<T> answer, Consumer<T> then) {
        on(answer, then, () -> {});
    }

    /** @param then when there is an answer; {@code always} before it, or when there is none */
    private <T> void on(CompletableFuture<T> answer, Consumer<T> then, Runnable always) {
        var _ = answer.whenComplete((value, failure) -> timers.execute(() -> {
            always.run();
            if (failure == null) {
                then.accept(value);
            } else {
                LOG.debug("{}: {}", uri, failure.toString());
            }
        }));
    }

    void close() {
        closed = true;
        if (libvirt != null) {
            libvirt.close();
        }
    }
}
