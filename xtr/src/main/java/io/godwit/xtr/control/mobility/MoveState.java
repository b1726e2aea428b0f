package io.godwit.xtr.control.mobility;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.util.List;
import java.util.Optional;

/**
 * Where a host EID is, as this xTR sees it. What holds in each state, for the data plane, the kernel and the mapping system, follows from
 * the state alone: {@link Hosts#enter}.
 *
 * <pre>
 *            prepare            first packet from the holder
 *  Absent ------------> Expected ------------> Arriving
 *  Away  <------------/    |   <-------------/    |        rollback, or the deadline
 *    ^                     v  detected, commit    |
 *    +------------------ Local <------------------+
 *      switch, Map-Notify      (from every state)
 * </pre>
 */
public sealed interface MoveState {

    /** The name in the management API. */
    String text();

    /** Not here, and nothing is known of it: its dynamic EID-prefix says what happens. */
    record Absent() implements MoveState {
        @Override
        public String text() {
            return "absent";
        }
    }

    /**
     * Here: host route, registration, answers to Map-Requests.
     *
     * @param gateway the first-hop router that the host is behind; empty when it is on the segment itself
     */
    record Local(String interfaceName, Optional<MacAddress> mac, Optional<IpAddress> gateway) implements MoveState {
        public Local(String interfaceName, Optional<MacAddress> mac) {
            this(interfaceName, mac, Optional.empty());
        }

        @Override
        public String text() {
            return "local";
        }
    }

    /**
     * Was here and is at {@code locators}: packets for it are forwarded there, and who sends them is told.
     *
     * @param confirmed the mapping system knows; before that it would be no use to tell senders to ask it
     * @param before what a rollback brings back: present from the switch until the move is confirmed
     */
    record Away(List<Locator> locators, boolean confirmed, Optional<Local> before) implements MoveState {
        public Away {
            locators = List.copyOf(locators);
        }

        /**
         * Until the move is confirmed its destination may still send packets here, because it does not know of the switch.
         *
         * @param held whether packets wait for what is sent on before them
         */
        Forwarding forwarding(boolean held) {
            return before.isPresent() ? new Forwarding.Leaving(locators, held) : new Forwarding.Away(locators);
        }

        /** As {@link #forwarding}, of a host that was here until now. */
        Forwarding unannounced() {
            return before.isPresent() ? forwarding(false) : new Forwarding.Away(locators, true);
        }

        @Override
        public String text() {
            return "away";
        }
    }

    /**
     * Will come from {@code holders}, which have it still.
     *
     * @param before what a rollback brings back, or empty for {@link Absent}
     */
    record Expected(List<Locator> holders, Optional<Away> before) implements MoveState {
        public Expected {
            holders = List.copyOf(holders);
        }

        @Override
        public String text() {
            return "expected";
        }
    }

    /**
     * The holders have let it go, and it is not here yet: packets wait.
     *
     * @param holders none when it was here, or on its way here, before this xTR was started anew
     */
    record Arriving(List<Locator> holders, Optional<Away> before) implements MoveState {
        public Arriving {
            holders = List.copyOf(holders);
        }

        /** It was here before the restart, and is asked whether it is. */
        boolean isRecovering() {
            return holders.isEmpty();
        }

        @Override
        public String text() {
            return "arriving";
        }
    }
}
