package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.VM;
import static io.godwit.xtr.control.fake.TestSite.VM_MAC;
import static io.godwit.xtr.control.fake.TestSite.eidRecord;
import static io.godwit.xtr.control.fake.TestSite.negative;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.control.Action;
import org.junit.jupiter.api.Test;

/** Hosts of one subnet at different sites. */
class NeighbourTest extends ControlPlaneTest {
    private static final String ASKER = "10.1.0.9";
    private static final String ASKER_MAC = "52:54:00:aa:00:09";
    private static final String REMOTE = "10.1.0.77";

    private void ask(String whom) {
        site.told.clear();
        site.asks(ASKER, ASKER_MAC, whom);
    }

    private void learnRemote() {
        site.asks(ASKER, ASKER_MAC, REMOTE);
        resolver.reply(lastRequest(), eidRecord(REMOTE + "/32", 15, OTHER_RLOC));
        timers.run();
    }

    @Test
    void shouldAnswerForAHostThatIsAway() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);

        ask(VM);

        assertThat(site.told).containsExactly(ASKER_MAC + ": " + VM + " is here");
        assertThat(site.counter("neighboursAnswered")).isEqualTo(1);
    }

    @Test
    void shouldNeverAnswerForAHostThatIsHere() {
        site.seen(VM, VM_MAC);

        ask(VM);

        assertThat(site.told).isEmpty();
        assertThat(resolver.encapsulatedRequests()).isEmpty();
    }

    @Test
    void shouldAnswerForAnUnknownHostOnceTheMappingSystemSaysThatItIsElsewhere() {
        ask(REMOTE);
        assertThat(site.told).isEmpty();

        resolver.reply(lastRequest(), eidRecord(REMOTE + "/32", 15, OTHER_RLOC));
        timers.run();

        assertThat(site.told).containsExactly(ASKER_MAC + ": " + REMOTE + " is here");
        ask(REMOTE);
        assertThat(site.told).hasSize(1);
    }

    @Test
    void shouldNotAnswerForAHostThatNobodyRegistered() {
        ask(REMOTE);
        resolver.reply(lastRequest(), negative(REMOTE + "/32", 15, Action.NATIVELY_FORWARD));
        timers.run();
        int asked = resolver.encapsulatedRequests().size();

        ask(REMOTE);

        assertThat(site.told).isEmpty();
        assertThat(resolver.encapsulatedRequests())
                .as("the negative answer is believed")
                .hasSize(asked);
    }

    @Test
    void shouldNotAnswerOutsideTheDynamicPrefix() {
        learn("10.2.0.77", eidRecord("10.2.0.77/32", 15, OTHER_RLOC));

        ask("10.2.0.77");

        assertThat(site.told).isEmpty();
    }

    @Test
    void shouldLimitQuestions() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        for (int i = 0; i < 3_000; i++) {
            site.asks(ASKER, ASKER_MAC, VM);
        }

        assertThat(site.counter("neighboursAnswered")).isEqualTo(1_000);
        assertThat(site.counter("neighbourQuestionsRateLimited")).isEqualTo(2_000);
    }

    @Test
    void shouldTellTheSegmentThatAHostLeft() {
        site.seen(VM, VM_MAC);
        assertThat(site.told).as("a new host speaks for itself").isEmpty();

        site.move(VM, "switch", OTHER_RLOC);

        assertThat(site.told).containsExactly("all: " + VM + " here");
    }

    @Test
    void shouldTellTheSegmentThatAHostIsBackAndTheHostWhoIsElsewhere() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        learnRemote();
        seconds(1);
        site.told.clear();

        site.seen(VM, VM_MAC);

        assertThat(site.told)
                .containsExactly("all: " + VM + " at " + VM_MAC, "follow " + VM_MAC, VM_MAC + ": " + REMOTE + " here");
    }
}
