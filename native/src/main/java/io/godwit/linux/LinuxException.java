package io.godwit.linux;

/** The kernel refused; the message is one sentence for the operator that names the thing and says what to do. */
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int errno;

    public LinuxException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
