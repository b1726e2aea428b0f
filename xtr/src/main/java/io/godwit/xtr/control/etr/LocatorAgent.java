package io.godwit.xtr.control.etr;

import io.godwit.linux.LinuxException;
import io.godwit.linux.Netlink;
import io.godwit.linux.Netlink.Link;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.control.etr.SiteDatabase.SiteEid;
import io.godwit.xtr.control.itr.SmrAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the own RLOCs: one that the kernel has no more, or whose interface is down, loses R in what is registered and answered, and its
 * Locator-Status-Bit. One that the operator drains gets priority 255, which is another locator-set: status bits rest then (RFC 9300 section 13.1). Either
 * is registered at once, and senders are told to ask again.
 */
public final class LocatorAgent {
    private static final Logger LOG = LoggerFactory.getLogger(LocatorAgent.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** Map-servers have taken the registration by then: who is told to ask gets the new answer. */
    private static final Duration REGISTRATION = Duration.ofSeconds(1);

    private final ControlContext context;
    private final Netlink netlink;
    private final SiteDatabase database;
    private final RegistrationAgent registrations;
    private final SmrAgent smr;
    private final DrainedRlocs drained;
    private final Runnable locatorSetChanged;
    /** Interface index of each RLOC; one that was never seen on an interface is not judged: it may be routed here by other means. */
    private final Map<IpAddress, Integer> interfaces = new HashMap<>();

    /**
     * @param drained where is kept what the operator took out of use
     * @param locatorSetChanged is told when more than reachability changes
     */
    public LocatorAgent(
            ControlContext context,
            Netlink netlink,
            SiteDatabase database,
            RegistrationAgent registrations,
            SmrAgent smr,
            DrainedRlocs drained,
            Runnable locatorSetChanged) {
        this.context = context;
        this.netlink = netlink;
        this.database = database;
        this.registrations = registrations;
        this.smr = smr;
        this.drained = drained;
        this.locatorSetChanged = locatorSetChanged;
    }

    public void start() {
        context.timers().every(INTERVAL, this::look);
        look();
    }

    private void look() {
        try {
            List<Link> links = netlink.links();
            boolean changed = false;
            for (IpAddress own : context.locators().addresses()) {
                Optional<Link> link = find(own, links);
                link.ifPresent(found -> interfaces.put(own, found.index()));
                boolean up = link.map(Link::running).orElse(!interfaces.containsKey(own));
                if (context.locators().reachable(own, up)) {
                    tell(own, up);
                    changed = true;
                }
            }
            if (changed) {
                spread();
            }
        } catch (LinuxException e) {
            LOG.warn("cannot see which of the rlocs are up: {}", e.getMessage());
        }
    }

    /** Where it was the last time, else anywhere. */
    private Optional<Link> find(IpAddress own, List<Link> links) {
        Integer last = interfaces.get(own);
        List<Link> order = new ArrayList<>(links);
        order.sort((one, other) -> Boolean.compare(isAt(other, last), isAt(one, last)));
        return order.stream()
                .filter(link -> netlink.addresses(link.index()).stream()
                        .anyMatch(address -> IpAddress.of(address.address()).equals(own)))
                .findFirst();
    }

    private static boolean isAt(Link link, @Nullable Integer index) {
        return index != null && index == link.index();
    }

    private void tell(IpAddress own, boolean up) {
        if (up) {
            LOG.info("RLOC {} is back", own);
        } else {
            LOG.warn("RLOC {} is down: no running interface has the address", own);
        }
        context.events().add(up ? EventKind.LOCATOR_UP : EventKind.LOCATOR_DOWN, "", own.toString());
    }

    /**
     * Takes an own RLOC out of use, or into use again.
     *
     * @return false when it is no RLOC of this router, or is so already
     */
    public boolean drain(IpAddress own, boolean out) {
        if (!context.locators().drain(own, out)) {
            return false;
        }
        drained.put(own, out);
        context.events().add(out ? EventKind.LOCATOR_DRAINED : EventKind.LOCATOR_RESTORED, "", own.toString());
        locatorSetChanged.run();
        spread();
        return true;
    }

    private void spread() {
        database.forEach(site -> registrations.register(site.eid()));
        context.timers().after(REGISTRATION, this::announce);
    }

    /** The prefixes first: one answer for many senders. */
    private void announce() {
        List<SiteEid> all = new ArrayList<>();
        database.forEach(all::add);
        all.sort((one, other) -> Boolean.compare(one.dynamic(), other.dynamic()));
        all.forEach(site -> smr.announce(site.eid()));
    }
}
