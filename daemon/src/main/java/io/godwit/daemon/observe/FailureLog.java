package io.godwit.daemon.observe;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;

/**
 * Logs each kind of unexpected exception once, with its stack trace: whoever can trigger a mistake of ours with a packet must not be able
 * to fill the disk with it. A kind is an exception's class and where it was thrown. Owned by the control thread.
 */
public final class FailureLog {
    private static final int MAX_KINDS = 64;

    private final Logger logger;
    private final Set<String> seen = new HashSet<>();

    public FailureLog(Logger logger) {
        this.logger = logger;
    }

    /** @param doing what failed, for the log line: {@code handling a datagram} */
    public void failed(String doing, Throwable failure) {
        StackTraceElement[] stack = failure.getStackTrace();
        String kind = failure.getClass().getName() + (stack.length == 0 ? "" : stack[0].toString());
        if (seen.size() < MAX_KINDS && seen.add(kind)) {
            logger.error("{} failed; further failures of this kind are not logged", doing, failure);
        }
    }
}
