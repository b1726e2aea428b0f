package io.godwit.mapserver.ddt;

import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.RateTable;
import io.godwit.mapserver.Counter;
import io.godwit.packet.control.MapReferral.Referral;
import io.godwit.packet.control.MapReferral.Signature;
import io.godwit.packet.referral.ReferralSigner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs referrals, each once in half the validity of a signature: anybody can ask, and RSA takes a million times longer than a look into a
 * table. It is done on another thread; who asked first waits for it, and who asks later is told what is remembered. What is configured is
 * remembered apart from what can be asked for without end (EIDs that are not registered, and others), of which a second brings a few.
 */
public final class SignedReferrals {
    private static final Logger LOG = LoggerFactory.getLogger(SignedReferrals.class);
    /** Of clocks: so much may a map-resolver's be behind. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final Duration IDLE = Duration.ofSeconds(10);

    private static final int LASTING = 65_536;
    private static final int PASSING = 4_096;
    private static final int PASSING_PER_SECOND = 100;
    private static final int MAX_UNDER_WAY = 256;
    private static final int MAX_WAITING = 64;

    private final ReferralSigner signer;
    private final long validitySeconds;
    private final Executor background;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final Map<Referral, Referral> lasting = bounded(LASTING);
    private final Map<Referral, Referral> passing = bounded(PASSING);
    private final Map<Referral, List<Consumer<Referral>>> underWay = new HashMap<>();
    private final RateTable rate = new RateTable(1, 1_000_000_000L / PASSING_PER_SECOND, PASSING_PER_SECOND);

    /** @param background where it is signed: no more than {@value #MAX_UNDER_WAY} tasks at a time */
    public SignedReferrals(
            ReferralSigner signer, Duration validity, Executor background, Timers timers, Counters<Counter> counters) {
        this.signer = signer;
        validitySeconds = validity.toSeconds();
        this.background = background;
        this.timers = timers;
        this.counters = counters;
    }

    /** A thread of its own, which ends when there is nothing to sign for a while. */
    public static Executor thread() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                IDLE.toSeconds(),
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("ddt-signer").daemon().factory());
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    private static Map<Referral, Referral> bounded(int capacity) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Referral, Referral> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * Gives {@code whoAsked} the record signed, now or as soon as it is; not at all when there is more to sign than there is time for, and
     * the map-resolver asks again.
     *
     * @param unsigned as {@link DdtNode} made it
     */
    public void sign(Referral unsigned, Consumer<Referral> whoAsked) {
        Referral known = remembered(unsigned).get(unsigned);
        long left = known == null ? 0 : secondsLeft(known);
        if (known != null && left > 0) {
            whoAsked.accept(known);
            if (left < validitySeconds / 2 && !underWay.containsKey(unsigned)) {
                begin(unsigned);
            }
            return;
        }
        List<Consumer<Referral>> waiting = underWay.get(unsigned);
        if (waiting == null) {
            waiting = begin(unsigned);
        }
        if (waiting == null || waiting.size() >= MAX_WAITING) {
            counters.increment(Counter.DDT_REFERRALS_DROPPED_UNSIGNED);
            return;
        }
        waiting.add(whoAsked);
    }

    /** Those who wait for it; null when there is no time for it. */
    private @Nullable List<Consumer<Referral>> begin(Referral unsigned) {
        boolean allowed = isLasting(unsigned) || rate.allow(0, timers.nanoTime());
        if (!allowed || underWay.size() >= MAX_UNDER_WAY) {
            return null;
        }
        List<Consumer<Referral>> waiting = new ArrayList<>();
        underWay.put(unsigned, waiting);
        long now = timers.epochMillis() / 1000;
        background.execute(() -> {
            try {
                Referral signed = signer.sign(unsigned, now - SKEW.toSeconds(), now + validitySeconds);
                timers.execute(() -> done(unsigned, signed));
            } catch (RuntimeException e) {
                LOG.error("a referral could not be signed", e);
                timers.execute(() -> underWay.remove(unsigned));
            }
        });
        return waiting;
    }

    private void done(Referral unsigned, Referral signed) {
        counters.increment(Counter.DDT_REFERRALS_SIGNED);
        remembered(unsigned).put(unsigned, signed);
        List<Consumer<Referral>> waiting = underWay.remove(unsigned);
        if (waiting != null) {
            waiting.forEach(one -> one.accept(signed));
        }
    }

    /** Of a record of which there are no more than what is configured. */
    private static boolean isLasting(Referral record) {
        return switch (record.action()) {
            case NODE_REFERRAL, MS_REFERRAL, MS_ACK -> true;
            case MS_NOT_REGISTERED, DELEGATION_HOLE, NOT_AUTHORITATIVE, UNASSIGNED_6, UNASSIGNED_7 -> false;
        };
    }

    private Map<Referral, Referral> remembered(Referral record) {
        return isLasting(record) ? lasting : passing;
    }

    /** Of its signature; none when the wall clock was set back behind the time at which it was made. */
    private long secondsLeft(Referral signed) {
        Signature signature = signed.signatures().getFirst();
        long left = Integer.toUnsignedLong(signature.expiration()) - timers.epochMillis() / 1000;
        return left > validitySeconds ? 0 : left;
    }
}
