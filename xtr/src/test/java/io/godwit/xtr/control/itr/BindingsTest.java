package io.godwit.xtr.control.itr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.fib.Forwarding;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindingsTest {
    private static final EidPrefix EID = EidPrefix.parse("10.0.0.0/8");

    private final Bindings bindings = new Bindings(eidRecord -> new Forwarding.Negative(eidRecord.action()));

    private static EidRecord eidRecord(int eid, int locator, Action action) {
        RlocRecord rloc = RlocRecord.unicast(new Ipv4Address(locator), 1, 100, true);
        return new EidRecord(15, 32, action, true, 0, new Ipv4Address(eid), List.of(rloc));
    }

    @Test
    void shouldKeepTheLocatorsOfManyEidsOnce() {
        Bindings.Binding first = bindings.of(EID, eidRecord(1, 7, Action.NO_ACTION));
        assertThat(bindings.of(EID, eidRecord(2, 7, Action.NO_ACTION))).isSameAs(first);
        assertThat(bindings.of(EID, eidRecord(2, 8, Action.NO_ACTION))).isNotEqualTo(first);
    }

    @Test
    void shouldTellActionsApart() {
        bindings.of(EID, eidRecord(1, 7, Action.NO_ACTION));
        assertThat(bindings.of(EID, eidRecord(1, 7, Action.DROP_NO_REASON)).forwarding())
                .isEqualTo(new Forwarding.Negative(Action.DROP_NO_REASON));
    }

    @Test
    void shouldForgetWhatWasNotAskedForLongest() {
        Bindings.Binding first = bindings.of(EID, eidRecord(1, 0, Action.NO_ACTION));
        for (int locator = 1; locator < 10_000; locator++) {
            bindings.of(EID, eidRecord(1, locator, Action.NO_ACTION));
            assertThat(bindings.of(EID, eidRecord(1, 0, Action.NO_ACTION))).isSameAs(first);
        }
        assertThat(bindings.size()).isEqualTo(4_096);
    }
}
