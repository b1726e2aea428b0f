package io.godwit.daemon.life;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.FrameStream;
import io.godwit.daemon.net.TcpFrames;
import io.godwit.daemon.net.Timers;
import io.godwit.packet.address.IpAddress;
import io.netty.channel.EventLoop;
import java.util.List;

/** What a daemon gets to work with. */
public interface DaemonContext {
    /** Of the control thread. */
    Timers timers();

    /** The control thread itself, for connections of a daemon's own. */
    EventLoop eventLoop();

    /** Makes connections that carry short messages. */
    default FrameStream.Connector connector() {
        return new TcpFrames(eventLoop());
    }

    /**
     * Opens control sockets whose datagrams arrive on the control thread.
     *
     * @param port normally 4342
     */
    ControlTransport open(List<IpAddress> addresses, int port);
}
