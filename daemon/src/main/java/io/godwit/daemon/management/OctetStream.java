package io.godwit.daemon.management;

/** The body of an answer that goes on. One thread writes; closed by either side. */
public interface OctetStream {
    /** Whether the client is still there. */
    boolean isOpen();

    /** Whether the client has taken what was written: before that, more only piles up. */
    boolean isReady();

    /** Does not block; forgotten when the stream is closed. */
    void write(byte[] octets);

    void close();
}
