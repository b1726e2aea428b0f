package io.godwit.daemon.life;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Timers;
import io.godwit.packet.address.IpAddress;
import java.util.List;

/** What a daemon gets to work with. */
public interface DaemonContext {
    /** Of the control thread. */
    Timers timers();

    /**
     * Opens control sockets whose datagrams arrive on the control thread.
     *
     * @param port normally 4342
     */
    ControlTransport open(List<IpAddress> addresses, int port);
}
