package io.godwit.hypervisor.xtr;

/** The xTR refused, or is not there. */
public final class XtrException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final boolean answered;

    private XtrException(String message, boolean answered) {
        super(message);
        this.answered = answered;
    }

    static XtrException refused(String message) {
        return new XtrException(message, true);
    }

    static XtrException gone(String message) {
        return new XtrException(message, false);
    }

    /** Whether it is there, and said no: asking again would not help. */
    public boolean answered() {
        return answered;
    }
}
