package io.godwit.linux.fake;

import io.godwit.linux.Pollable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a {@link FakePoller} can wait for. */
abstract class FakeSource implements Pollable {
    private final List<FakePoller> pollers = new CopyOnWriteArrayList<>();

    @Override
    public int fd() {
        return -1;
    }

    abstract boolean readable();

    void attach(FakePoller poller) {
        pollers.add(poller);
    }

    void detach(FakePoller poller) {
        pollers.remove(poller);
    }

    /** Tells those who wait; the caller holds no lock of this source. */
    void signal() {
        for (int i = 0; i < pollers.size(); i++) {
            pollers.get(i).signal();
        }
    }
}
