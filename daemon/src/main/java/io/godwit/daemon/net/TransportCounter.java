package io.godwit.daemon.net;

/** What a {@link ControlTransport} counts, in datagrams. */
public enum TransportCounter {
    RECEIVED,
    SENT,
    /** The kernel refused it: no route, message too long, and the like. */
    SEND_FAILED,
    /** The kernel took too little, and too much already waits. */
    SEND_QUEUE_FULL,
    /** No socket is bound to that address, or to any of the remote's family. */
    SEND_NO_SOCKET,
    RECEIVE_FAILED,
    /** The handler threw: a mistake of ours. */
    HANDLER_FAILED
}
