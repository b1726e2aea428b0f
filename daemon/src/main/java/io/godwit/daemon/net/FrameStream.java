package io.godwit.daemon.net;

import io.godwit.packet.address.IpAddress;
import java.util.function.Function;

/** A connection that carries short messages in order, both ways; everything happens on the control thread. */
public interface FrameStream {
    /** Octets of a message at most; of a longer one, or an empty one, the connection does not survive. */
    int MAX_FRAME = 512;

    IpAddress remote();

    void send(byte[] frame);

    /** Nothing comes any more; {@link Receiver#onClosed} does not either. */
    void close();

    /** What happens to a connection. */
    interface Receiver {
        void onFrame(byte[] frame);

        /** The other end closed it, or it broke. */
        void onClosed();
    }

    /** Makes connections to others. */
    interface Connector {
        /** One of the two is called, later. */
        void connect(Endpoint remote, Function<FrameStream, Receiver> opened, Runnable failed);
    }
}
