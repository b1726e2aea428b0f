package io.godwit.xtr.control.mobility;

import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.mobility.MoveState.Arriving;
import io.godwit.xtr.control.mobility.MoveState.Expected;
import io.godwit.xtr.control.segment.SiteNetwork;
import io.godwit.xtr.fib.Forwarding;
import java.util.Optional;

/**
 * Packets may wait in the card of a guest that is on its way here: what a hypervisor does not read yet stays in the kernel's queue of the tap, and the guest
 * has it the instant it runs, which we learn later. The first packets of each host go there, and a copy of them stays parked, so that they can go back
 * when the guest does not come. All others are parked only, as they are where nobody says that the card is there.
 */
final class PausedCards {
    /** Of one EID: more than a guest takes from its card at once would gain nothing. */
    private static final int MAX_AHEAD = 256;
    /** A tap keeps 1,000 by default, and others use it too. */
    private static final int MAX_AHEAD_OF_CARD = 512;

    private final ControlContext context;
    private final SiteNetwork site;
    private final Hosts hosts;

    PausedCards(ControlContext context, SiteNetwork site, Hosts hosts) {
        this.context = context;
        this.site = site;
        this.hosts = hosts;
    }

    /** @param card of the host, on its segment by now; empty when nobody says so, which does not unsay it */
    void waits(Host host, Optional<MacAddress> card) {
        card.ifPresent(mac -> {
            hosts.learnMac(host, mac);
            host.cardWaits = true;
        });
    }

    void beforeEntering(Host host, MoveState next) {
        if (next instanceof Expected || next instanceof Arriving) {
            noteWanted(host);
        }
    }

    /** Before an expected host's entry changes: whether anybody at this site sends to it. */
    void noteWanted(Host host) {
        if (host.state instanceof Expected && context.dataPlane().packets(host.eid) > 0) {
            host.wantedHere = true;
        }
    }

    /**
     * Whether packets for the host may be delivered before it runs. Not when hosts of this site send to it: the kernel would hand theirs over without
     * us, more than the card keeps, and without a copy.
     */
    boolean takePackets(Host host) {
        return host.state instanceof Arriving && host.cardWaits && !host.wantedHere && !host.ahead && share(host) > 0;
    }

    private int share(Host host) {
        int sharing = host.mac.map(hosts::countOf).orElse(Integer.MAX_VALUE);
        return Math.min(MAX_AHEAD, MAX_AHEAD_OF_CARD / sharing);
    }

    void goAhead(Host host) {
        host.ahead = true;
        site.attach(host.eid, host.prefix.interfaceName(), host.mac);
        context.dataPlane().put(host.eid, new Forwarding.Arriving(share(host)));
    }

    /** The data plane does what the new state wants. */
    void leave(Host host) {
        boolean stillOnItsWay = host.state instanceof Expected || host.state instanceof Arriving;
        if (host.ahead) {
            site.detach(host.eid, host.prefix.interfaceName());
            host.ahead = false;
        }
        if (!stillOnItsWay) {
            host.endWaiting();
        }
    }
}
