package io.godwit.xtr.fib;

import io.godwit.packet.control.Action;
import io.godwit.packet.data.MapVersion;
import java.util.List;

/** What the control plane wants done with packets to an EID-prefix. {@link io.godwit.xtr.DataPlane#put} turns it into an entry. */
public sealed interface Forwarding {

    /**
     * At this site: decapsulated packets are delivered to the instance's TUN; the kernel routes them on.
     *
     * @param mapVersion of its mapping (RFC 9302), 0 for none
     */
    record Local(int mapVersion) implements Forwarding {
        public Local() {
            this(MapVersion.NULL);
        }
    }

    /**
     * Elsewhere: encapsulated to the best locators by flow hash. Decapsulated packets to it are dropped (not local).
     *
     * @param mapVersion of the mapping (RFC 9302), 0 for none
     */
    record Remote(List<Locator> locators, int mapVersion) implements Forwarding {
        public Remote {
            locators = List.copyOf(locators);
        }

        public Remote(List<Locator> locators) {
            this(locators, MapVersion.NULL);
        }
    }

    /**
     * Was here and has moved: packets from the site are encapsulated; packets from outside are re-encapsulated (TTL and ECN as two
     * operations) and told to the control plane (data-driven SMR), but never back to the RLOC they came from: those are dropped and counted.
     *
     * @param unannounced nobody had said that it would go: what was delivered to it since it was gone is sent there as well
     */
    record Away(List<Locator> locators, boolean unannounced) implements Forwarding {
        public Away {
            locators = List.copyOf(locators);
        }

        public Away(List<Locator> locators) {
            this(locators, false);
        }
    }

    /**
     * Has just been switched to {@code locators}, which were prepared for it: as {@link Away}, but a packet may go back to the RLOC it came
     * from. A sender whose mapping is a move behind reaches the prepared xTR, which sends on to here; sent back, the packet tells it that the
     * switch has happened, and is parked there.
     *
     * @param held packets from outside are parked, in order, until the entry changes, while those from the site go: what the EID did not get
     *     before the switch is sent again from the site, and comes first then
     */
    record Leaving(List<Locator> locators, boolean held) implements Forwarding {
        public Leaving {
            locators = List.copyOf(locators);
        }

        public Leaving(List<Locator> locators) {
            this(locators, false);
        }
    }

    /**
     * Will come here from the site of {@code holders}, which still has it: as {@link Away}, but the first packet that comes from a holder
     * tells that the switch has happened: it is parked, the entry behaves as {@link Arriving} from then on, and the control plane is told.
     */
    record Expected(List<Locator> holders) implements Forwarding {
        public Expected {
            holders = List.copyOf(holders);
        }
    }

    /**
     * On its way here: packets from either side are parked, in order, until the entry changes or their lifetime ends.
     *
     * @param ahead so many of those from outside are delivered too, the first ones, because they wait where the EID will be: when the entry
     *     becomes {@link Local} they are not delivered again, and when it becomes anything else they go where it says like the others
     */
    record Arriving(int ahead) implements Forwarding {
        public Arriving() {
            this(0);
        }
    }

    /**
     * A prefix whose hosts come and go, none of them here unless a longer entry says so. Packets from the site are a miss (parked,
     * Map-Request); packets from outside are dropped (not local) and told to the control plane.
     */
    record Dynamic() implements Forwarding {}

    /** A negative Map-Reply's action (RFC 9301 section 5.4). */
    record Negative(Action action) implements Forwarding {}
}
