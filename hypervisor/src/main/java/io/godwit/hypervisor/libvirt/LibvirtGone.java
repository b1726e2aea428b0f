package io.godwit.hypervisor.libvirt;

/** libvirt, or a domain of it, is not there; the message is libvirt's own. */
public final class LibvirtGone extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LibvirtGone(String message, Throwable cause) {
        super(message, cause);
    }
}
