package io.godwit.mapserver;

import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.cluster.SharedLog;
import io.godwit.mapserver.config.ClusterConfig;
import io.godwit.mapserver.database.Mapping;
import io.godwit.packet.address.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Map-servers whose log is a list in memory. */
final class MemoryCluster {
    final List<World> worlds = new ArrayList<>();
    private final List<Log> logs = new ArrayList<>();
    private final List<Batch> waiting = new ArrayList<>();
    private int leader;
    private boolean paused;
    /** @param epochMillis by the leader's clock */
    private record Batch(byte[] octets, long epochMillis) {}

    private int batches;
    int octets;

    MemoryCluster(int members) {
        for (int i = 0; i < members; i++) {
            add(List.of());
        }
        lead(0);
    }

    /** One more, which begins with a snapshot. */
    World add(List<byte[]> snapshot) {
        World world = new World(timers -> {
            Log log = new Log(logs.size(), timers, snapshot);
            logs.add(log);
            return log;
        });
        worlds.add(world);
        world.run();
        return world;
    }

    TestXtr xtr(int member, int id) {
        return worlds.get(member).xtr(id);
    }

    /** Negative: nobody. */
    void lead(int member) {
        leader = member;
        logs.forEach(log -> log.member().leads(log.id == member));
        run();
    }

    /** What is offered waits until {@link #resume}. */
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        waiting.forEach(this::commit);
        waiting.clear();
        run();
    }

    void run() {
        for (int i = 0; i < 2; i++) {
            worlds.forEach(World::run);
        }
    }

    void advance(int seconds) {
        for (int i = 0; i < seconds; i++) {
            worlds.forEach(world -> world.advance(1));
            run();
        }
    }

    List<byte[]> snapshot() {
        return snapshot(() -> {});
    }

    /** @param meanwhile happens while each member writes */
    List<byte[]> snapshot(Runnable meanwhile) {
        List<List<byte[]>> all = new ArrayList<>();
        for (Log log : logs) {
            List<byte[]> parts = new ArrayList<>();
            all.add(parts);
            log.member().beginSnapshot(parts::add);
        }
        meanwhile.run();
        for (Log log : logs) {
            while (!log.member().writeSnapshot(2)) {
                run();
            }
        }
        return all.getLast();
    }

    Optional<Mapping> get(int member, String eid) {
        return worlds.get(member).server.database().get(EidPrefix.parse(eid));
    }

    private void commit(Batch batch) {
        batches++;
        octets += batch.octets().length;
        for (Log log : logs) {
            ByteBuffer copy = ByteBuffer.wrap(batch.octets().clone());
            log.timers.execute(() -> log.member().committed(copy, batch.epochMillis()));
        }
    }

    private final class Log implements SharedLog {
        private final int id;
        private final Timers timers;
        private final List<byte[]> snapshot;
        private @Nullable Member member;

        Log(int id, Timers timers, List<byte[]> snapshot) {
            this.id = id;
            this.timers = timers;
            this.snapshot = snapshot;
        }

        Member member() {
            if (member == null) {
                throw new IllegalStateException("not started");
            }
            return member;
        }

        @Override
        public void start(Member of) {
            member = of;
            snapshot.forEach(part -> of.restored(ByteBuffer.wrap(part)));
            of.ready();
        }

        @Override
        public boolean offer(byte[] batch, int length) {
            if (leader < 0) {
                return false;
            }
            Batch offered = new Batch(
                    Arrays.copyOf(batch, length), logs.get(leader).timers.epochMillis());
            if (paused) {
                waiting.add(offered);
            } else {
                commit(offered);
            }
            return true;
        }

        @Override
        public State state() {
            String role = leader < 0 ? "election" : leader == id ? "leader" : "follower";
            return new State(role, leader, leader >= 0, batches, 0, "", Storage.UNKNOWN);
        }

        @Override
        public ClusterConfig config() {
            return new ClusterConfig(
                    id,
                    logs.stream()
                            .map(log -> new ClusterConfig.Member(log.id, IpAddress.parse("192.0.2.100"), 4350))
                            .toList());
        }

        @Override
        public boolean takeSnapshot() {
            return leader == id;
        }

        @Override
        public void close() {}
    }
}
