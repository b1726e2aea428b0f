package io.godwit.xtr.control.etr;

import io.godwit.linux.LinuxException;
import io.godwit.linux.Netlink;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.control.core.OwnLocators;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From which of several own RLOCs an ITR is answered: that of the interface by which the kernel reaches it (RFC 9301 section 7.1). */
public final class OutgoingRloc {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingRloc.class);

    private final OwnLocators own;
    private final Netlink kernel;
    private boolean warned;

    public OutgoingRloc(OwnLocators own, Netlink kernel) {
        this.own = own;
        this.kernel = kernel;
    }

    /** Empty when there is no choice, when the kernel has no way there, or when the address it would take is no RLOC. */
    Optional<IpAddress> towards(IpAddress itr) {
        long ofFamily = own.addresses().stream()
                .filter(address -> address.bits() == itr.bits())
                .count();
        return ofFamily > 1 ? ask(itr).filter(own::owns) : Optional.empty();
    }

    private Optional<IpAddress> ask(IpAddress itr) {
        try {
            return kernel.sourceFor(itr.toInetAddress()).map(IpAddress::of);
        } catch (LinuxException e) {
            if (!warned) {
                warned = true;
                LOG.warn(
                        "answers may leave from another RLOC than their interface's: {} (logged once)", e.getMessage());
            }
            return Optional.empty();
        }
    }
}
