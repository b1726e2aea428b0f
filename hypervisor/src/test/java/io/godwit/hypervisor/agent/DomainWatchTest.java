package io.godwit.hypervisor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.hypervisor.libvirt.DomainInfo;
import io.godwit.hypervisor.libvirt.Libvirt;
import io.godwit.hypervisor.libvirt.LibvirtGone;
import io.godwit.hypervisor.libvirt.Lifecycle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The events in the order in which libvirt 9 sent them when guests were migrated. */
class DomainWatchTest {
    private static final DomainInfo WEB =
            new DomainInfo("web-1", List.of(new DomainInfo.Nic("02:00:00:00:01:0a", "vnet0")), 77);

    private final VirtualTimers timers = new VirtualTimers();
    private final RecordedMoves moves = new RecordedMoves();
    private final List<DomainInfo> running = new ArrayList<>();
    private Libvirt.@Nullable Listener listener;
    private boolean there = true;
    private boolean busy;
    private int connections;
    private final DomainWatch watch = new DomainWatch("test:///default", this::connect, timers, moves);

    private Libvirt connect(Libvirt.Listener wants) {
        if (!there) {
            throw new LibvirtGone("libvirtd does not run", new IllegalStateException());
        }
        connections++;
        listener = wants;
        return new Libvirt() {
            @Override
            public CompletableFuture<List<DomainInfo>> domains() {
                return CompletableFuture.completedFuture(List.copyOf(running));
            }

            @Override
            public CompletableFuture<DomainInfo> describe(String domain) {
                return CompletableFuture.completedFuture(WEB);
            }

            @Override
            public CompletableFuture<Boolean> hasJob(String domain) {
                return CompletableFuture.completedFuture(busy);
            }

            @Override
            public void close() {}
        };
    }

    private void start() {
        watch.start();
        timers.run();
    }

    private void event(Lifecycle event, long micros) {
        if (listener != null) {
            listener.onEvent(WEB.name(), event, micros);
        }
        timers.run();
    }

    @Test
    void shouldSwitchWhenADomainStopsToLeave() {
        running.add(WEB);
        start();
        busy = true;
        timers.advance(DomainWatch.ASK);
        assertThat(moves.all).containsExactly("begins");
        event(Lifecycle.SUSPENDED_TO_LEAVE, 42);
        event(Lifecycle.LEFT, 43);

        assertThat(moves.all).containsExactly("begins", "switch 42", "gone");
        assertThat(moves.cards).singleElement().satisfies(card -> {
            assertThat(card.tap()).isEqualTo("vnet0");
            assertThat(card.pid()).isEqualTo(77);
        });
        assertThat(watch.guests()).isEmpty();
    }

    @Test
    void shouldSwitchWhenNobodySawItBeginToLeave() {
        running.add(WEB);
        start();
        event(Lifecycle.SUSPENDED_TO_LEAVE, 42);

        assertThat(moves.all).containsExactly("begins", "switch 42");
    }

    @Test
    void shouldPrepareAndCommitADomainThatComes() {
        start();
        event(Lifecycle.INCOMING, 1);
        event(Lifecycle.RESUMED, 2);

        assertThat(moves.all).containsExactly("prepare", "commit");
    }

    @Test
    void shouldRollBackWhatFailed() {
        running.add(WEB);
        start();
        event(Lifecycle.SUSPENDED_TO_LEAVE, 42);
        event(Lifecycle.RESUMED, 43);
        assertThat(moves.all).containsExactly("begins", "switch 42", "rollback");
    }

    @Test
    void shouldRollBackAMigrationThatEndedBeforeTheDomainStopped() {
        running.add(WEB);
        start();
        busy = true;
        timers.advance(DomainWatch.ASK);
        busy = false;
        timers.advance(DomainWatch.ASK);
        assertThat(moves.all).containsExactly("begins", "rollback");
    }

    @Test
    void shouldRollBackWhenTheWaitingProcessEnds() {
        start();
        event(Lifecycle.INCOMING, 1);
        event(Lifecycle.ENDED, 2);
        assertThat(moves.all).containsExactly("prepare", "rollback");
    }

    @Test
    void shouldFindLibvirtAgainAndSayMeanwhileThatItIsNotThere() {
        there = false;
        start();
        assertThat(watch.state()).isEqualTo("libvirtd does not run");
        there = true;
        running.add(WEB);
        timers.advance(DomainWatch.RECONNECT);
        assertThat(watch.state()).isEqualTo("connected");
        assertThat(watch.guests()).containsOnlyKeys("web-1");

        if (listener != null) {
            listener.onClosed("end of file");
        }
        timers.advance(Duration.ofMillis(1));
        assertThat(watch.state()).isEqualTo("end of file");
        timers.advance(DomainWatch.RECONNECT);
        assertThat(connections).isEqualTo(2);
    }
}
