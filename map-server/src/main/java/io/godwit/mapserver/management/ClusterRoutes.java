package io.godwit.mapserver.management;

import io.godwit.daemon.management.Routes;
import io.godwit.mapserver.cluster.Replication;
import io.godwit.mapserver.cluster.SharedLog;
import io.godwit.mapserver.config.ClusterConfig;
import io.godwit.mapserver.management.Views.Cluster;
import io.godwit.mapserver.management.Views.ClusterMember;
import java.time.Instant;
import java.util.Optional;

/** What {@code godwit cluster} asks a map-server that is one of several. */
final class ClusterRoutes {
    private static final String NO_LEADER = "there is no leader: a majority of the members must be up and reach each"
            + " other; Map-Requests are answered, registrations that change something are not accepted";
    private static final String STARTING = "the members have not found together yet; nothing is answered";

    private final Replication replication;

    /** Nothing to say. */
    record Empty() {}

    /** @param requested the members make it by themselves from here on */
    record Requested(String requested) {}

    ClusterRoutes(Replication replication) {
        this.replication = replication;
    }

    void add(Routes routes) {
        routes.get("/v1/cluster", query -> status(replication));
        routes.post("/v1/cluster/snapshot", Empty.class, body -> snapshot());
    }

    private Requested snapshot() {
        if (!replication.takeSnapshot()) {
            SharedLog.State state = replication.state();
            int leader = state.leader();
            if (leader < 0) {
                throw new Routes.Refusal(409, "there is no leader to make a snapshot: see godwit cluster status");
            }
            throw new Routes.Refusal(
                    409,
                    note(state)
                            .orElse("a snapshot is asked of the leader, member " + leader
                                    + ", when it is not making one"));
        }
        return new Requested("snapshot");
    }

    static Cluster status(Replication replication) {
        SharedLog.State state = replication.state();
        ClusterConfig config = replication.config();
        SharedLog.Storage stored = state.storage();
        return new Cluster(
                config.member(),
                state.role(),
                state.leader() < 0 ? Optional.empty() : Optional.of(state.leader()),
                state.canWrite(),
                note(state),
                state.position(),
                state.snapshots(),
                stored.octets(),
                stored.logFrom(),
                snapshot(stored, stored.snapshotAt()),
                snapshot(stored, Instant.ofEpochMilli(stored.snapshotMillis()).toString()),
                snapshot(stored, stored.snapshotOctets()),
                replication.pending(),
                config.members().stream()
                        .map(one -> new ClusterMember(
                                one.id(), one.address().toString(), one.port(), is(one, config, state)))
                        .toList());
    }

    private static <T> Optional<T> snapshot(SharedLog.Storage stored, T figure) {
        return stored.snapshotAt() < 0 ? Optional.empty() : Optional.of(figure);
    }

    private static Optional<String> note(SharedLog.State state) {
        if (state.canWrite()) {
            return Optional.empty();
        }
        if (state.role().equals("failed")
                || (state.leader() >= 0 && !state.problem().isEmpty())) {
            return Optional.of(state.problem());
        }
        if (state.leader() >= 0) {
            return Optional.of("the leader, member " + state.leader() + ", is not connected yet");
        }
        String why = state.role().equals("starting") ? STARTING : NO_LEADER;
        return Optional.of(state.problem().isEmpty() ? why : why + " (" + state.problem() + ")");
    }

    private static String is(ClusterConfig.Member one, ClusterConfig config, SharedLog.State state) {
        String leads = one.id() == state.leader() ? "leader" : "";
        String self = one.id() == config.member() ? "this one" : "";
        return leads.isEmpty() || self.isEmpty() ? leads + self : leads + ", " + self;
    }
}
