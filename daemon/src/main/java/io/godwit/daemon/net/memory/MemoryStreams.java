package io.godwit.daemon.net.memory;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.FrameStream;
import io.godwit.daemon.net.Timers;
import io.godwit.packet.address.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link FrameStream}s between daemons in memory. */
public final class MemoryStreams {
    private final Timers timers;
    private final Map<Endpoint, Function<FrameStream, FrameStream.Receiver>> listeners = new HashMap<>();
    private final List<End> ends = new ArrayList<>();
    private boolean lost;

    public MemoryStreams(Timers timers) {
        this.timers = timers;
    }

    public void listen(Endpoint local, Function<FrameStream, FrameStream.Receiver> opened) {
        listeners.put(local, opened);
    }

    /** Nobody listens there any more, and what is connected breaks. */
    public void stop(Endpoint local) {
        listeners.remove(local);
        breakAll();
    }

    /** Connections that are there break; both ends notice. */
    public void breakAll() {
        List.copyOf(ends).forEach(End::broken);
    }

    /** From now on nothing arrives, and nobody notices; or again it does. */
    public void lose(boolean everything) {
        lost = everything;
    }

    public int connections() {
        return ends.size() / 2;
    }

    /** Of a daemon with this address. */
    public FrameStream.Connector connector(IpAddress own) {
        return (remote, opened, failed) -> timers.execute(() -> {
            Function<FrameStream, FrameStream.Receiver> listener = listeners.get(remote);
            if (listener == null || lost) {
                failed.run();
                return;
            }
            End here = new End(remote.address());
            End there = new End(own);
            here.other = there;
            there.other = here;
            ends.add(here);
            ends.add(there);
            there.receiver = listener.apply(there);
            here.receiver = opened.apply(here);
        });
    }

    private final class End implements FrameStream {
        private final IpAddress remote;
        private @Nullable End other;
        private @Nullable Receiver receiver;
        private boolean closed;

        End(IpAddress remote) {
            this.remote = remote;
        }

        @Override
        public IpAddress remote() {
            return remote;
        }

        @Override
        public void send(byte[] frame) {
            if (lost || closed || other == null) {
                return;
            }
            End to = other;
            byte[] copy = frame.clone();
            timers.execute(() -> {
                if (!to.closed && to.receiver != null) {
                    to.receiver.onFrame(copy);
                }
            });
        }

        @Override
        public void close() {
            closed = true;
            ends.remove(this);
            if (other != null && !lost) {
                timers.execute(other::broken);
            }
        }

        private void broken() {
            if (!closed && receiver != null) {
                closed = true;
                ends.remove(this);
                receiver.onClosed();
            }
        }
    }
}
