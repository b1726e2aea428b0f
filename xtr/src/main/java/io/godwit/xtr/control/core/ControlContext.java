package io.godwit.xtr.control.core;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.xtr.DataPlane;
import java.util.random.RandomGenerator;

/**
 * What every agent works with, all of it owned by the control thread.
 *
 * @param random for nonces: unpredictable in the running system, repeatable in tests
 */
public record ControlContext(
        Timers timers,
        ControlSender sender,
        DataPlane dataPlane,
        OwnLocators locators,
        EventLog events,
        Counters<ControlCounter> counters,
        RandomGenerator random) {

    public void count(ControlCounter counter) {
        counters.increment(counter);
    }
}
