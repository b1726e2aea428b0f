package io.godwit.bench.tunnel;

import io.godwit.linux.LinuxNetwork;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.xtr.DataPlaneConfig;
import io.godwit.xtr.DataPlaneEvents;
import io.godwit.xtr.RingDataPlane;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;

/**
 * One router in its namespace: the real forwarding path, with a mapping system that is played here: a miss is answered after some milliseconds. Arguments:
 * own RLOC, the peer's RLOC, then prefixes, each with {@code local:} or {@code remote:} in front. Ends with its standard input.
 */
final class TunnelRouter implements DataPlaneEvents {
    private static final long ANSWER_NANOS = 5_000_000;
    private static final long IDLE_NANOS = 200_000;

    private record Answer(String eid, long dueNanos) {}

    /** Serves, and sleeps while nothing is to be served. */
    private final Thread server = Thread.currentThread();

    private final Forwarding peer;
    private volatile boolean ended;
    private final Queue<Answer> answers = new ArrayDeque<>();

    private TunnelRouter(IpAddress peer) {
        this.peer = new Forwarding.Remote(List.of(new Locator(peer, 1, 100)));
    }

    public static void main(String[] arguments) throws Exception {
        DataPlaneConfig config = DataPlaneConfig.of(
                List.of(IpAddress.parse(arguments[0])), List.of(new DataPlaneConfig.Instance(0, "lisp0")));
        try (RingDataPlane plane = RingDataPlane.create(new LinuxNetwork(), config, SystemNanoClock.INSTANCE)) {
            TunnelRouter router = new TunnelRouter(IpAddress.parse(arguments[1]));
            for (int i = 2; i < arguments.length; i++) {
                String[] parts = arguments[i].split(":", 2);
                plane.put(EidPrefix.parse(parts[1]), parts[0].equals("local") ? new Forwarding.Local() : router.peer);
            }
            plane.start(() -> LockSupport.unpark(router.server));
            System.out.println("ready");
            router.serve(plane);
            plane.counters().forEach((name, value) -> {
                if (value > 0) {
                    System.out.println(name + " " + value);
                }
            });
            System.out.println(plane.status());
        }
    }

    private void awaitEnd() {
        try {
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            System.out.println(e);
        }
        ended = true;
        LockSupport.unpark(server);
    }

    private void serve(RingDataPlane plane) {
        Thread.ofPlatform().daemon().start(this::awaitEnd);
        while (!ended) {
            plane.poll(this, 1000);
            long now = System.nanoTime();
            for (Answer next = answers.peek(); next != null && next.dueNanos <= now; next = answers.peek()) {
                plane.put(EidPrefix.parse(next.eid), peer);
                answers.remove();
            }
            if (answers.isEmpty()) {
                LockSupport.park();
            } else {
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
    }

    @Override
    public void onMiss(int instanceId, IpAddress sourceEid, IpAddress destinationEid) {
        answers.add(new Answer(destinationEid.toString(), System.nanoTime() + ANSWER_NANOS));
    }

    @Override
    public void onAwayTraffic(int instanceId, LispAddress destinationEid, IpAddress outerSource) {
        throw new IllegalStateException("nothing moves here");
    }

    @Override
    public void onArriving(int instanceId, LispAddress destinationEid, IpAddress outerSource) {
        throw new IllegalStateException("nothing moves here");
    }

    @Override
    public void onNotLocal(int instanceId, LispAddress destinationEid, IpAddress outerSource) {
        // Nothing is dynamic here.
    }
}
