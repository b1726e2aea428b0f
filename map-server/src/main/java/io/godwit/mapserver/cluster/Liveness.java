package io.godwit.mapserver.cluster;

import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Contribution;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.state.Fields;
import java.util.LinkedHashSet;
import java.util.Set;

/** Whose registrations are still refreshed: deadlines are each member's own, what follows from them is agreed on. */
final class Liveness {
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** How long the others have to say that it was refreshed there. */
    private static final long OBJECTION_NANOS = 2 * SECOND_NANOS;
    /** Past the end of every lifetime: was refreshed elsewhere if anywhere. */
    private static final long ELSEWHERE_NANOS = (1 << 20) * SECOND_NANOS;

    private final MappingDatabase database;
    private final Timers timers;
    private final Outbox outbox;
    private final Set<EidPrefix> suspected;
    private boolean leads;
    /** The next entry that gets a whole lifetime because this member has just begun to lead. */
    private int renewed;

    Liveness(MappingDatabase database, Timers timers, Outbox outbox, Set<EidPrefix> suspected) {
        this.database = database;
        this.timers = timers;
        this.outbox = outbox;
        this.suspected = suspected;
    }

    /** What was refreshed at the last leader, this one cannot know. */
    void leads(boolean now) {
        leads = now;
        renewed = 0;
    }

    boolean poll(int limit) {
        long now = timers.nanoTime();
        if (leads && renewed < database.entries()) {
            for (int end = Math.min(database.entries(), renewed + limit); renewed < end; renewed++) {
                database.renew(renewed, now);
            }
            return renewed == database.entries();
        }
        return database.due(now, limit, entry -> due(entry, now));
    }

    private void due(int entry, long now) {
        Mapping mapping = database.mapping(entry);
        EidPrefix prefix = mapping.prefix();
        if (!leads) {
            database.postpone(entry, now + ELSEWHERE_NANOS);
        } else if (suspected.contains(prefix)) {
            Set<XtrKey> silent = new LinkedHashSet<>();
            boolean single = mapping.contributions().size() == 1;
            for (Contribution one : mapping.contributions()) {
                if (single || one.deadlineNanos() <= now) {
                    silent.add(one.registrant().xtr());
                }
            }
            database.postpone(entry, now + OBJECTION_NANOS);
            offer(Command.EXPIRE, prefix, silent);
        } else {
            database.postpone(entry, now + OBJECTION_NANOS);
            offer(Command.SUSPECT, prefix, Set.of());
        }
    }

    /** The leader has not seen it refreshed: keeps what was refreshed here. */
    void onSuspect(EidPrefix prefix) {
        if (leads) {
            return;
        }
        long now = timers.nanoTime();
        Set<XtrKey> alive = new LinkedHashSet<>();
        database.get(prefix).stream()
                .flatMap(mapping -> mapping.contributions().stream())
                .filter(one -> isFresh(one, now))
                .forEach(one -> alive.add(one.registrant().xtr()));
        if (!alive.isEmpty()) {
            offer(Command.KEEP, prefix, alive);
        }
    }

    private static boolean isFresh(Contribution one, long now) {
        long lifetime = MappingDatabase.lifetime(one.registrant(), one.record());
        return one.deadlineNanos() > now && one.deadlineNanos() <= now + lifetime + SECOND_NANOS;
    }

    private void offer(Command command, EidPrefix prefix, Set<XtrKey> xtrs) {
        outbox.add(out -> {
            out.put(command.code());
            Fields.put(out, prefix);
            Fields.put(out, xtrs);
        });
    }
}
