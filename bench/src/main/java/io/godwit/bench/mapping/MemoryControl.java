package io.godwit.bench.mapping;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.observe.Counters;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.DataPlane;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventLog;
import io.godwit.xtr.control.core.OwnLocators;
import java.util.List;
import java.util.random.RandomGenerator;

/** What an xTR's agents work with, without a network. */
public final class MemoryControl {
    private static final int EVENTS = 10_000;

    private MemoryControl() {}

    /** @param own RLOC */
    public static ControlContext context(DataPlane plane, IpAddress own) {
        StepTimers timers = new StepTimers();
        return new ControlContext(
                timers,
                new ControlSender(new SinkTransport(), new MessageAuthentication()),
                plane,
                new OwnLocators(List.of(RlocRecord.unicast(own, 1, 100, true))),
                new EventLog(timers, EVENTS),
                new Counters<>(ControlCounter.class),
                RandomGenerator.getDefault());
    }
}
