package io.godwit.xtr.ring;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The taps at work, mostly none: then they cost a data thread one look at a field for each batch. */
public final class Taps {
    /** At work at a time, at the most. */
    public static final int MAX = Tap.MASK_BITS;

    private final @Nullable Tap[] places = new Tap[MAX];
    private volatile Tap @Nullable [] active;

    /** False when there are too many already. From any thread but those of the data plane. */
    public synchronized boolean add(Tap tap) {
        Preload.forTaps();
        for (int i = 0; i < MAX; i++) {
            if (places[i] == null) {
                tap.number(i);
                places[i] = tap;
                publish();
                return true;
            }
        }
        return false;
    }

    public synchronized void remove(Tap tap) {
        for (int i = 0; i < MAX; i++) {
            if (places[i] == tap) {
                places[i] = null;
            }
        }
        publish();
    }

    private void publish() {
        List<Tap> now = new ArrayList<>(MAX);
        for (Tap tap : places) {
            if (tap != null) {
                now.add(tap);
            }
        }
        active = now.isEmpty() ? null : now.toArray(Tap[]::new);
    }

    Tap @Nullable [] active() {
        return active;
    }
}
