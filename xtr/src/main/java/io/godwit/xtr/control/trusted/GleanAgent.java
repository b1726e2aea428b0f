package io.godwit.xtr.control.trusted;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Gleaning (RFC 9300 section 9): answers to a source without a mapping go to where its packets came from, for three seconds at the most, while the
 * mapping system is asked. What that says replaces what was gleaned.
 */
public final class GleanAgent {
    private static final Duration LIFETIME = Duration.ofSeconds(3);
    private static final int MAX_GLEANED = 10_000;

    private final ControlContext context;
    private final Predicate<EidPrefix> known;
    private final Consumer<EidPrefix> verify;
    private final Set<EidPrefix> gleaned = new HashSet<>();

    /**
     * @param known whether there is a mapping, or the EID is here
     * @param verify asks the mapping system
     */
    public GleanAgent(ControlContext context, Predicate<EidPrefix> known, Consumer<EidPrefix> verify) {
        this.context = context;
        this.known = known;
        this.verify = verify;
    }

    /** See {@link io.godwit.xtr.DataPlaneEvents#onUnknownSource}. */
    public void onUnknownSource(int instanceId, IpAddress sourceEid, IpAddress outerSource) {
        EidPrefix eid = EidPrefix.host(instanceId, sourceEid);
        boolean usable = context.locators().hasFamilyOf(outerSource)
                && !context.locators().owns(outerSource);
        if (!usable || gleaned.size() >= MAX_GLEANED || known.test(eid) || !gleaned.add(eid)) {
            return;
        }
        context.count(ControlCounter.EIDS_GLEANED);
        context.dataPlane().put(eid, new Forwarding.Remote(List.of(new Locator(outerSource, 0, 0))));
        context.timers().after(LIFETIME, () -> expire(eid));
        verify.accept(eid);
    }

    private void expire(EidPrefix eid) {
        if (gleaned.remove(eid)) {
            context.dataPlane().remove(eid);
        }
    }

    /** The mapping system has answered for {@code asked} with a mapping of {@code eid}, which is in the data plane already. */
    public void onVerified(EidPrefix asked, EidPrefix eid) {
        if (gleaned.remove(asked) && !eid.equals(asked)) {
            context.dataPlane().remove(asked);
        }
    }
}
