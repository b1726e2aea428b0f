package io.godwit.daemon;

/** The daemon cannot start; the message is one sentence for the operator that names the thing and says what to do. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
