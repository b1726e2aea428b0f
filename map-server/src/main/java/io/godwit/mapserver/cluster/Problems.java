package io.godwit.mapserver.cluster;

import io.aeron.exceptions.AeronException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong in Aeron's threads: each kind is one sentence in the daemon's log, once; the last is shown by {@code godwit show status}. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final int MAX_KINDS = 64;

    private final Set<String> known = new HashSet<>();
    private String last = "";
    private boolean fatal;

    /** From any thread. */
    synchronized void onError(Throwable failure) {
        String sentence = sentence(failure);
        if (failure instanceof AeronException event && event.category() == AeronException.Category.WARN) {
            LOG.debug("cluster: {}", sentence); // what elections are made of
            return;
        }
        if (!fatal) {
            last = sentence;
        }
        if (known.size() < MAX_KINDS && known.add(sentence.replaceAll("\\d+", "#"))) {
            LOG.warn("cluster: {}", sentence);
            LOG.debug("cluster", failure);
        }
    }

    /** The disk has become full, or it is no more. */
    synchronized void room(boolean low, String sentence) {
        if (low) {
            LOG.error("{}", sentence);
        } else {
            LOG.info("{}", sentence);
        }
    }

    /** Nothing works from here on. */
    synchronized void fatal(String sentence) {
        fatal = true;
        last = sentence;
        LOG.error("{}", sentence);
    }

    synchronized String last() {
        return last;
    }

    static String sentence(Throwable failure) {
        String message = failure.getMessage();
        String text = message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
        return text.replaceFirst("^(ERROR|WARN|FATAL) - ", "");
    }
}
