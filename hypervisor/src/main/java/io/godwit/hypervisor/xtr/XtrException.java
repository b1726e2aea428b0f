package io.godwit.hypervisor.xtr;

/** The xTR refused, or is not there. */
public final class XtrException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public XtrException(String message) {
        super(message);
    }
}
