package io.godwit.mapserver.cluster;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's end in this process: hands everything to the control thread, in order, with so much under way at most. Has no state of its own:
 * the database is the control thread's. Aeron's snapshot is no more than the position of one of {@link SnapshotFiles}, whose writing only
 * begins here: the log goes on at once.
 */
final class LogService implements ClusteredService {
    private static final Logger LOG = LoggerFactory.getLogger(LogService.class);
    private static final int UNDER_WAY = 512;

    private final SharedLog.Member member;
    private final Executor control;
    private final SnapshotFiles files;
    private final LongConsumer begin;
    private final Semaphore room = new Semaphore(UNDER_WAY);
    private volatile boolean closing;
    private volatile int leader = -1;
    private volatile boolean leads;
    private volatile long position;
    private @Nullable Cluster log;
    private volatile IdleStrategy idle = ClusterNode.idleStrategy();

    /** @param begin begins to write a snapshot, in the control thread */
    LogService(SharedLog.Member member, Executor control, SnapshotFiles files, LongConsumer begin) {
        this.member = member;
        this.control = control;
        this.files = files;
        this.begin = begin;
    }

    int leader() {
        return leader;
    }

    boolean leads() {
        return leads;
    }

    long position() {
        return position;
    }

    /** Lets the service's thread go on when the control thread takes nothing any more. */
    void closing() {
        closing = true;
        room.release(UNDER_WAY);
    }

    @Override
    public void onStart(Cluster cluster, Image snapshot) {
        idle = cluster.idleStrategy();
        log = cluster;
        if (snapshot != null) {
            read(snapshot);
        }
    }

    private void read(Image snapshot) {
        long[] at = {-1};
        while (at[0] < 0) {
            int fragments = snapshot.poll((buffer, offset, length, header) -> at[0] = buffer.getLong(offset), 1);
            if (fragments == 0 && (snapshot.isClosed() || snapshot.isEndOfStream())) {
                throw new IllegalStateException("the snapshot ends too early");
            }
            idle.idle(fragments);
        }
        try {
            files.read(at[0], part -> hand(part, member::restored));
        } catch (IOException e) {
            String sentence = Problems.sentence(e);
            control.execute(() -> member.failed(sentence + ": replace the directory by a copy of another member's"));
            throw new IllegalStateException(sentence, e);
        }
    }

    @Override
    public void onSessionMessage(
            ClientSession session, long timestamp, DirectBuffer buffer, int offset, int length, Header header) {
        hand(buffer, offset, length, batch -> member.committed(batch, timestamp));
    }

    private void hand(DirectBuffer buffer, int offset, int length, Consumer<ByteBuffer> to) {
        byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        hand(copy, to);
    }

    private void hand(byte[] copy, Consumer<ByteBuffer> to) {
        room.acquireUninterruptibly();
        if (!closing) {
            control.execute(() -> {
                room.release();
                to.accept(ByteBuffer.wrap(copy));
            });
        }
    }

    @Override
    public void onTakeSnapshot(ExclusivePublication publication) {
        long at = log == null ? 0 : log.logPosition();
        CompletableFuture<Long> begun = new CompletableFuture<>();
        control.execute(() -> {
            try {
                begin.accept(at);
                begun.complete(at);
            } catch (RuntimeException e) {
                begun.completeExceptionally(e);
            }
        });
        await(begun);
        UnsafeBuffer reference = new UnsafeBuffer(new byte[Long.BYTES]);
        reference.putLong(0, at);
        offer(publication, reference, Long.BYTES);
    }

    private static void await(CompletableFuture<Long> begun) {
        try {
            begun.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the snapshot could not be begun", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the snapshot was interrupted", e);
        }
    }

    private void offer(ExclusivePublication publication, UnsafeBuffer part, int length) {
        while (true) {
            long result = publication.offer(part, 0, length);
            if (result > 0) {
                return;
            }
            if (result == Publication.CLOSED || result == Publication.NOT_CONNECTED || closing) {
                throw new IllegalStateException("the snapshot cannot be written");
            }
            idle.idle();
        }
    }

    @Override
    public void onRoleChange(Cluster.Role role) {
        leads = role == Cluster.Role.LEADER;
        boolean now = leads;
        control.execute(() -> member.leads(now));
    }

    @Override
    public void onNewLeadershipTermEvent(
            long term,
            long logPosition,
            long timestamp,
            long termBase,
            int leaderMember,
            int logSession,
            TimeUnit unit,
            int version) {
        leader = leaderMember;
        LOG.info("member {} of the cluster leads, term {}", leaderMember, term);
    }

    @Override
    public int doBackgroundWork(long nowNanos) {
        if (log != null) {
            position = log.logPosition();
        }
        return 0;
    }

    @Override
    public void onSessionOpen(ClientSession session, long timestamp) {}

    @Override
    public void onSessionClose(ClientSession session, long timestamp, CloseReason reason) {}

    @Override
    public void onTimerEvent(long correlation, long timestamp) {}

    @Override
    public void onTerminate(Cluster cluster) {}
}
