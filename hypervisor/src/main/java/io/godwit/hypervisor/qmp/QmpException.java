package io.godwit.hypervisor.qmp;

/** QEMU refused a command, or the monitor went away before it answered. */
public final class QmpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public QmpException(String message) {
        super(message);
    }
}
