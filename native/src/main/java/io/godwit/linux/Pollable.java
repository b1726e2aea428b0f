package io.godwit.linux;

/** Something with a file descriptor. */
public interface Pollable extends AutoCloseable {
    /** The descriptor, or a negative number for an in-memory fake. */
    int fd();

    @Override
    void close();
}
