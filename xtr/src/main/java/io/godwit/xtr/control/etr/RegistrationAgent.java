package io.godwit.xtr.control.etr;

import io.godwit.daemon.net.FrameStream;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.xtr.control.core.ControlContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Registers what is at this site at every map-server (RFC 9301 section 8.2): changes at once, many in one message; everything every 60 s;
 * and takes it all back on shutdown.
 */
public final class RegistrationAgent {
    private static final Duration REFRESH = Duration.ofSeconds(60);
    /** Quick registration (RFC 9301 section 8.2): not more often, and not for longer. */
    private static final Duration QUICK_REFRESH = Duration.ofSeconds(20);

    private static final Duration QUICK = Duration.ofMinutes(5);

    private final ControlContext context;
    private final SiteDatabase database;
    private final List<RegistrationSession> sessions = new ArrayList<>();
    private final Set<EidPrefix> changed = new LinkedHashSet<>();
    private boolean flushing;
    private Timers.@Nullable Timer refresh;
    private Timers.@Nullable Timer quick;
    private long quickUntilNanos;
    private int quickRefreshes;

    /**
     * @param servers of families this xTR has
     * @param connector for sessions, where there are any
     */
    public RegistrationAgent(
            ControlContext context,
            SiteDatabase database,
            List<MapServer> servers,
            RegisterNonce nonces,
            XtrIdentity identity,
            FrameStream.Connector connector) {
        this.context = context;
        this.database = database;
        for (MapServer server : servers) {
            sessions.add(new RegistrationSession(context, server, database, nonces, identity, connector));
        }
    }

    public void start() {
        database.forEach(eid -> register(eid.eid()));
        sessions.forEach(RegistrationSession::start);
        refresh = context.timers().every(REFRESH, () -> sessions.forEach(RegistrationSession::refresh));
        quick = context.timers().every(QUICK_REFRESH, this::refreshQuickly);
        quickUntilNanos = context.timers().nanoTime() + QUICK.toNanos();
    }

    /** After a start a map-server that restarts too should know soon what is here. Every third time falls together with the usual one. */
    private void refreshQuickly() {
        if (context.timers().nanoTime() - quickUntilNanos > 0 && quick != null) {
            quick.cancel();
        } else if (++quickRefreshes % (REFRESH.toSeconds() / QUICK_REFRESH.toSeconds()) != 0) {
            sessions.forEach(RegistrationSession::refresh);
        }
    }

    /** With the next turn of the event loop, together with others. */
    public void register(EidPrefix eid) {
        changed.add(eid);
        if (!flushing) {
            flushing = true;
            context.timers().execute(this::flush);
        }
    }

    private void flush() {
        flushing = false;
        List<EidPrefix> eids = changed.stream().filter(database::contains).toList();
        changed.clear();
        sessions.forEach(session -> session.register(eids));
    }

    /** Says no more of {@code eid}: whoever has it now does. */
    public void forget(EidPrefix eid) {
        changed.remove(eid);
        sessions.forEach(session -> session.forget(eid));
    }

    /** Takes the registration back. */
    public void withdraw(EidPrefix eid) {
        changed.remove(eid);
        sessions.forEach(session -> session.withdraw(List.of(eid)));
    }

    /** Whether a map-server has confirmed {@code eid} since the last change of it. */
    public boolean isConfirmed(EidPrefix eid) {
        return sessions.stream().anyMatch(session -> session.isConfirmed(eid));
    }

    public Optional<MapServer> server(IpAddress address) {
        return sessions.stream()
                .map(RegistrationSession::server)
                .filter(server -> server.address().equals(address))
                .findFirst();
    }

    public List<MapServer> servers() {
        return sessions.stream().map(RegistrationSession::server).toList();
    }

    /** @return as {@link RegistrationSession#onNotify} */
    public Optional<Set<EidPrefix>> onNotify(MapServer server, MapNotify notify) {
        return sessions.stream()
                .filter(session -> session.server().equals(server))
                .findFirst()
                .flatMap(session -> session.onNotify(notify));
    }

    /** Takes back every registration, before the process ends. */
    public void shutdown() {
        List<EidPrefix> all = new ArrayList<>();
        database.forEach(eid -> all.add(eid.eid()));
        if (refresh != null) {
            refresh.cancel();
        }
        if (quick != null) {
            quick.cancel();
        }
        sessions.forEach(session -> session.close(all));
    }

    /**
     * @param mapServer address
     * @param state {@link RegistrationState#text()}
     * @param confirmedMillis wall clock of the last confirmation, 0 for never
     */
    public record RegistrationView(
            String mapServer, String eid, String state, long sinceMillis, long confirmedMillis) {}

    public List<RegistrationView> registrations() {
        List<RegistrationView> views = new ArrayList<>();
        for (RegistrationSession session : sessions) {
            session.registrations()
                    .forEach((eid, registration) -> views.add(new RegistrationView(
                            session.server().address().toString(),
                            eid.toString(),
                            registration.state.text(),
                            registration.changedMillis,
                            registration.confirmedMillis)));
        }
        return views;
    }

    /** @param lastNotifyMillis wall clock of the last authentic Map-Notify, 0 for never */
    public record MapServerView(
            String address, String key, boolean proxyReply, boolean answering, long lastNotifyMillis) {}

    public List<MapServerView> mapServers() {
        return sessions.stream()
                .map(session -> new MapServerView(
                        session.server().address().toString(),
                        session.server().key().toString(),
                        session.server().proxyReply(),
                        !session.isSilent() && session.lastNotifyMillis() > 0,
                        session.lastNotifyMillis()))
                .toList();
    }
}
