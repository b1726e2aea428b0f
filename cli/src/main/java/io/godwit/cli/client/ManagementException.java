package io.godwit.cli.client;

/** A daemon refused or could not be asked; the message is a sentence for the user. */
public final class ManagementException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    ManagementException(int status, String message) {
        super(message);
        this.status = status;
    }

    ManagementException(String message, Throwable cause) {
        super(message, cause);
        status = 0;
    }

    /** Of HTTP; 0 when no answer came. */
    public int status() {
        return status;
    }
}
