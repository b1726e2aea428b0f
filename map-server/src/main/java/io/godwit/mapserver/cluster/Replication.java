package io.godwit.mapserver.cluster;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.config.ClusterConfig;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.registration.Agreement;
import io.godwit.mapserver.registration.Registrar;
import io.godwit.mapserver.state.Fields;
import io.godwit.packet.address.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The mapping database of one member. Whichever member gets a Map-Register authenticates it; when it changes something, the message goes into
 * the log, and every member stores it when it comes out again, in the same order. The member that got it confirms it then: what is confirmed,
 * a majority has. Refreshes stay where they came.
 *
 * <p>An expiry is a change too. The leader suspects what was not refreshed there; a member where it was says so; what nobody kept is
 * taken out. What is suspected is part of what all members agree on, so that a registration that comes in between is never lost.
 */
public final class Replication implements SharedLog.Member, Agreement {
    /** What the map-server does about the log. */
    public interface Owner {
        /** A move ticket was offered at a member. */
        void ticket(String text, long epochMillis);

        /** A subscriber missed a change at a member. */
        void missed(EidPrefix subscription, XtrKey.XtrId xtr, EidPrefix eid);

        /** Nothing is agreed on from here on, because of what the sentence says. */
        void failed(String sentence);

        /** Answers from now on. */
        void ready();

        /** This member tells xTRs of changes from now on, or does not any more. */
        void leads(boolean now);
    }

    private final SharedLog log;
    private final SharedState shared;
    private final MappingDatabase database;
    private final Registrar registrar;
    private final Timers timers;
    private final Outbox outbox;
    private final PendingRegisters pending;
    private final Liveness liveness;
    private final SharedSnapshot snapshot;
    private final Owner owner;
    private final Set<EidPrefix> suspected = new HashSet<>();
    /** It has what the others had when it began. */
    private boolean live;

    public Replication(
            SharedState shared,
            MappingDatabase database,
            Registrar registrar,
            Snapshot snapshot,
            Timers timers,
            Runnable notAgreed,
            Owner owner) {
        this.shared = shared;
        log = shared.log();
        this.database = database;
        this.registrar = registrar;
        this.timers = timers;
        this.snapshot = new SharedSnapshot(snapshot, shared);
        this.owner = owner;
        outbox = shared.outbox();
        pending = new PendingRegisters(timers, notAgreed);
        liveness = new Liveness(database, timers, outbox, suspected);
    }

    public void start() {
        log.start(this);
    }

    /** @return whether nothing that is due is left */
    public boolean poll(int limit) {
        pending.poll();
        shared.poll(limit);
        return liveness.poll(limit);
    }

    /** Asks all members for a snapshot; returns whether this one leads, which only then is possible. */
    public boolean takeSnapshot() {
        return log.takeSnapshot();
    }

    public void close() {
        log.close();
    }

    public ClusterConfig config() {
        return log.config();
    }

    /** Map-Registers that were received here and are not agreed on yet. */
    public int pending() {
        return pending.size();
    }

    public SharedLog.State state() {
        return log.state();
    }

    @Override
    public boolean isNeeded() {
        return true;
    }

    @Override
    public boolean isPending(XtrKey xtr) {
        return pending.isPending(xtr);
    }

    @Override
    public boolean isSuspected(EidPrefix prefix) {
        return !suspected.isEmpty() && suspected.contains(prefix);
    }

    @Override
    public boolean offer(Proposal proposal) {
        if (pending.isFull()) {
            return false;
        }
        long number = pending.next();
        if (!outbox.add(out -> write(out, number, proposal))) {
            return false;
        }
        pending.add(number, proposal);
        return true;
    }

    private static void write(ByteBuffer out, long number, Proposal proposal) {
        out.put(Command.REGISTER.code()).putLong(number);
        Fields.put(out, proposal.local());
        Fields.put(out, proposal.source().address());
        out.putShort((short) proposal.source().port());
        Fields.put(out, proposal.by().site().name().getBytes(StandardCharsets.UTF_8));
        Fields.put(out, proposal.refused().toByteArray());
        out.putShort((short) proposal.length());
        proposal.buffer().getBytes(proposal.offset(), out, proposal.length());
    }

    /** The xTR has acknowledged that it lost the EID-prefix. */
    public void acknowledged(EidPrefix prefix, XtrKey xtr) {
        outbox.add(out -> {
            out.put(Command.KNOWS.code());
            Fields.put(out, prefix);
            Fields.put(out, xtr);
        });
    }

    /** A move ticket was offered here; returns false when it cannot be agreed on at the moment. */
    public boolean offerTicket(String text) {
        return state().canWrite()
                && outbox.add(out -> {
                    out.put(Command.TICKET.code());
                    out.put(text.getBytes(StandardCharsets.US_ASCII));
                });
    }

    /** A subscriber missed a change while it subscribed here. */
    public void missed(EidPrefix subscription, XtrKey.XtrId xtr, EidPrefix eid) {
        outbox.add(out -> {
            out.put(Command.MISSED.code());
            Fields.put(out, subscription);
            Fields.put(out, xtr);
            Fields.put(out, eid);
        });
    }

    @Override
    public void committed(ByteBuffer batch, long epochMillis) {
        long then = timers.nanoTime() - ageNanos(epochMillis);
        while (batch.hasRemaining()) {
            int end = batch.getInt() + batch.position();
            Command command = Command.of(batch.get());
            if (command != null) {
                apply(command, batch, end, then, epochMillis);
            }
            batch.position(end);
        }
    }

    /** What is agreed on now is new, whatever the leader's clock says; what a start reads may be old. */
    private long ageNanos(long epochMillis) {
        return live ? 0 : Math.max(0, timers.epochMillis() - epochMillis) * 1_000_000;
    }

    private void apply(Command command, ByteBuffer in, int end, long thenNanos, long epochMillis) {
        switch (command) {
            case REGISTER -> register(in, thenNanos, epochMillis);
            case VALUE -> shared.sharedValues().committed(in);
            case NONCES -> shared.sharedNonces().read(in, end);
            case TICKET -> ticket(in, end, epochMillis);
            case MISSED -> missed(in);
            case KNOWS -> database.acknowledged(Fields.prefix(in), Fields.xtr(in));
            case SUSPECT -> {
                EidPrefix prefix = Fields.prefix(in);
                suspected.add(prefix);
                liveness.onSuspect(prefix);
            }
            case KEEP -> keep(Fields.prefix(in), Fields.xtrs(in));
            case EXPIRE -> {
                EidPrefix prefix = Fields.prefix(in);
                if (suspected.remove(prefix)) {
                    database.expire(prefix, Fields.xtrs(in));
                }
            }
        }
    }

    private void ticket(ByteBuffer in, int end, long epochMillis) {
        byte[] text = new byte[end - in.position()];
        in.get(text);
        owner.ticket(new String(text, StandardCharsets.US_ASCII), epochMillis);
    }

    private void missed(ByteBuffer in) {
        EidPrefix subscription = Fields.prefix(in);
        if (Fields.xtr(in) instanceof XtrKey.XtrId xtr) {
            owner.missed(subscription, xtr, Fields.prefix(in));
        }
    }

    private void keep(EidPrefix prefix, Set<XtrKey> alive) {
        database.renew(prefix, alive, timers.nanoTime());
        boolean all = database.get(prefix).stream()
                .flatMap(mapping -> mapping.contributions().stream())
                .allMatch(one -> alive.contains(one.registrant().xtr()));
        if (all) {
            suspected.remove(prefix);
        }
    }

    private void register(ByteBuffer in, long thenNanos, long epochMillis) {
        long number = in.getLong();
        IpAddress local = Fields.address(in);
        Endpoint source = new Endpoint(Fields.address(in), in.getShort() & 0xffff);
        String site = new String(Fields.get(in), StandardCharsets.UTF_8);
        BitSet refused = BitSet.valueOf(Fields.get(in));
        byte[] octets = new byte[in.getShort() & 0xffff];
        in.get(octets);
        UnsafeBuffer message = new UnsafeBuffer(octets);
        boolean mine = pending.done(number);
        registrar.commit(
                new Agreed(message, site, refused, local, source, mine, thenNanos, epochMillis), suspected::remove);
    }

    @Override
    public void restored(ByteBuffer part) {
        snapshot.read(part);
    }

    @Override
    public void beginSnapshot(Consumer<byte[]> sink) {
        // At the same place of the log on every member.
        suspected.clear();
        snapshot.begin(sink);
    }

    @Override
    public boolean writeSnapshot(int limit) {
        return snapshot.write(limit);
    }

    @Override
    public void failed(String sentence) {
        owner.failed(sentence);
    }

    @Override
    public void leads(boolean now) {
        liveness.leads(now);
        owner.leads(now);
    }

    @Override
    public void ready() {
        live = true;
        owner.ready();
    }
}
