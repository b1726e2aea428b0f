package io.godwit.hypervisor.agent;

import java.util.ArrayList;
import java.util.List;

/** What a guest's watcher says of its moves. */
final class RecordedMoves implements Guest.Moves {
    final List<String> all = new ArrayList<>();
    List<Card> cards = List.of();

    @Override
    public void prepare(List<Card> concerned) {
        all.add("prepare");
    }

    @Override
    public void beginsToLeave(List<Card> concerned) {
        all.add("begins");
    }

    @Override
    public void switchAway(List<Card> concerned, long stopMicros) {
        all.add("switch " + stopMicros);
        cards = concerned;
    }

    @Override
    public void gone(List<Card> concerned) {
        all.add("gone");
    }

    @Override
    public void commit(List<Card> concerned) {
        all.add("commit");
    }

    @Override
    public void rollback(List<Card> concerned) {
        all.add("rollback");
    }
}
