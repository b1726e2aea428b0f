package io.godwit.hypervisor.agent;

import io.godwit.hypervisor.replay.TapReplay;
import io.godwit.hypervisor.xtr.XtrClient;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Of each guest that is about to leave, what went into its taps. */
final class Replays {
    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

    private final XtrClient xtr;
    private final int before;
    private final Map<String, TapReplay> taps = new HashMap<>();
    private String tun = "";

    /** @param before frames from before the stop that are sent again, too */
    Replays(XtrClient xtr, int before) {
        this.xtr = xtr;
        this.before = before;
    }

    void watch(List<Card> cards) {
        var _ = xtr.get("/v1/status").handle((status, failure) -> {
            if (failure == null) {
                tun = status.path("instances").path(0).path("tun").asString("");
            }
            return tun;
        });
        for (Card card : cards) {
            try {
                if (!card.tap().isEmpty() && !taps.containsKey(card.tap())) {
                    taps.put(card.tap(), TapReplay.open(card.tap()));
                }
            } catch (IOException e) {
                LOG.warn("what {} does not get when it stops will be lost: {}", card.mac(), e.getMessage());
            }
        }
    }

    void replay(List<Card> cards, long stopMicros) {
        for (Card card : cards) {
            TapReplay tap = taps.get(card.tap());
            if (tap != null && !tun.isEmpty()) {
                try {
                    tap.replay(tun, stopMicros, before);
                } catch (IOException e) {
                    LOG.warn("what {} did not get is lost: {}", card.mac(), e.getMessage());
                }
            }
        }
    }

    void end(List<Card> cards) {
        for (Card card : cards) {
            TapReplay tap = taps.remove(card.tap());
            if (tap != null) {
                tap.close();
            }
        }
    }
}
