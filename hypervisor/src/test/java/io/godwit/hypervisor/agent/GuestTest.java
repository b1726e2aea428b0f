package io.godwit.hypervisor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.hypervisor.qmp.QmpEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class GuestTest {
    private final RecordedMoves moves = new RecordedMoves();
    private final List<String> told = moves.all;
    private final Guest guest = new Guest(moves, () -> told.add("closed"));

    private void status(String status) {
        guest.onStatus(status);
    }

    private void event(String name, String status) {
        var data = JsonMapper.shared().createObjectNode();
        data.put("status", status);
        guest.onEvent(new QmpEvent(name, data, 77, 0));
    }

    @Test
    void shouldSwitchWhenAGuestThatMigratesStops() {
        status("running");
        event("MIGRATION", "setup");
        event("MIGRATION", "active");
        event("STOP", "");
        event("MIGRATION", "completed");

        assertThat(told).containsExactly("begins", "switch 77", "gone");
        assertThat(guest.place()).isEqualTo(Guest.Place.GONE);
    }

    @Test
    void shouldIgnoreAGuestThatIsOnlyPaused() {
        status("running");
        event("STOP", "");
        event("RESUME", "");

        assertThat(told).isEmpty();
        assertThat(guest.place()).isEqualTo(Guest.Place.HERE);
    }

    @Test
    void shouldRollBackWhenAMigrationIsCancelled() {
        status("running");
        event("MIGRATION", "active");
        event("MIGRATION", "cancelled");

        assertThat(told).containsExactly("begins", "rollback");
        assertThat(guest.place()).isEqualTo(Guest.Place.HERE);
    }

    @Test
    void shouldRollBackOnceWhenAStoppedGuestRunsAgainHere() {
        status("running");
        event("MIGRATION", "active");
        event("STOP", "");
        event("MIGRATION", "failed");
        event("RESUME", "");

        assertThat(told).containsExactly("begins", "switch 77", "rollback");
    }

    @Test
    void shouldRollBackAGuestThatCouldNotRunWhereItsMemoryWent() {
        status("running");
        event("MIGRATION", "active");
        event("STOP", "");
        event("MIGRATION", "completed");
        event("RESUME", "");

        assertThat(told).containsExactly("begins", "switch 77", "gone", "rollback");
        assertThat(guest.place()).isEqualTo(Guest.Place.HERE);
    }

    @Test
    void shouldPrepareAndCommitWhereAGuestComes() {
        status("inmigrate");
        event("MIGRATION", "active");
        event("RESUME", "");
        event("MIGRATION", "completed");

        assertThat(told).containsExactly("prepare", "commit");
        assertThat(guest.place()).isEqualTo(Guest.Place.HERE);
    }

    @Test
    void shouldCommitAGuestThatRanBeforeItsStateWasKnown() {
        event("RESUME", "");
        status("inmigrate");

        assertThat(told).containsExactly("prepare", "commit");
    }

    @Test
    void shouldMoveOnAGuestThatArrived() {
        status("inmigrate");
        event("RESUME", "");
        event("MIGRATION", "completed");
        event("MIGRATION", "setup");
        event("STOP", "");

        assertThat(told).containsExactly("prepare", "commit", "begins", "switch 77");
    }

    @Test
    void shouldRollBackWhenAQemuThatWaitsVanishes() {
        status("inmigrate");
        guest.vanished();

        assertThat(told).containsExactly("prepare", "rollback", "closed");
    }

    @Test
    void shouldTakeNothingBackWhenTheSourceVanishesAfterItsStop() {
        status("running");
        event("MIGRATION", "active");
        event("STOP", "");
        guest.vanished();

        assertThat(told).containsExactly("begins", "switch 77", "gone", "closed");
    }
}
