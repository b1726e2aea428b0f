package io.godwit.mapserver.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.state.StateValues;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a turn of the control thread does must not grow with the number of subscriptions. */
@Timeout(60)
class ManySubscriptionsTest {
    private static final int MANY = 100_000;
    private static final int XTRS = 1_000;
    private static final int LIMIT = 64;
    private static final Duration LIFETIME = Duration.ofMinutes(15);
    private static final IpAddress SERVER = IpAddress.parse("192.0.2.100");
    private static final List<IpAddress> RLOCS = List.of(IpAddress.parse("192.0.2.1"));
    private static final Site SITE = new Site(
            "cloud",
            Optional.of(42L),
            List.of(new AuthenticationKey(
                    1, AuthenticationAlgorithm.HMAC_SHA_256_128, "secret".getBytes(StandardCharsets.US_ASCII), false)),
            true,
            Optional.empty(),
            true);

    private final VirtualTimers timers = new VirtualTimers();
    private final Subscriptions subscriptions =
            new Subscriptions(4 * MANY, new SavedSubscriptions(StateValues.inMemory(), timers), timers.nanoTime());
    private final List<Subscription> all = new ArrayList<>();

    private void subscribe() {
        for (int i = 0; i < MANY; i++) {
            EidPrefix prefix = EidPrefix.host(0, new Ipv4Address(0x0a00_0000 + i));
            all.add(subscriptions
                    .add(prefix, new XtrKey.XtrId(0, i % XTRS), SITE)
                    .orElseThrow());
        }
    }

    private List<Subscription> turn() {
        List<Subscription> over = new ArrayList<>();
        subscriptions.sweep(timers.nanoTime(), LIMIT, over::add);
        assertThat(over).hasSizeLessThanOrEqualTo(LIMIT);
        over.forEach(subscriptions::remove);
        return over;
    }

    @Test
    void shouldEndTemporaryOnesAFewAtATime() {
        subscribe();
        long end = timers.nanoTime() + LIFETIME.toNanos();
        all.forEach(one -> subscriptions.temporary(one, true, end));
        // Somebody has these now, and these were asked for again.
        all.subList(0, 10).forEach(one -> subscriptions.temporary(one, false, 0));
        all.subList(10, 20).forEach(one -> subscriptions.temporary(one, true, end + LIFETIME.toNanos()));
        subscriptions.remove(all.get(20));
        assertThat(turn()).isEmpty();
        timers.advance(LIFETIME.plusSeconds(1));
        int turns = 0;
        while (subscriptions.size() > 20) {
            turn();
            turns++;
        }
        // One look at each that is due, and one at each second that has passed.
        assertThat(turns).isBetween(MANY / LIMIT, (MANY + (int) LIFETIME.toSeconds()) / LIMIT + 20);
        timers.advance(LIFETIME);
        for (int i = 0; i < 2 * LIFETIME.toSeconds() / LIMIT; i++) {
            turn();
        }
        assertThat(subscriptions.size()).isEqualTo(10);
    }

    /** Were each a look at all that wait, these would take an hour. */
    @Test
    void shouldForgetWhatWaitsForOneWithoutALookAtTheOthers() {
        subscribe();
        Publisher publisher = publisher();
        for (Subscription one : all) {
            Proposal proposal = new Proposal(RLOCS, 4_711, false);
            one.propose(proposal);
            publisher.confirm(one, proposal, PublishSubscribe.gone(one.prefix()));
        }
        Subscription busy = all.getFirst();
        for (Subscription other : all.subList(0, 100)) {
            publisher.publish(busy, other.prefix(), PublishSubscribe.gone(other.prefix()));
        }
        assertThat(publisher.pending()).isEqualTo(MANY + 100);
        publisher.cancel(busy);
        assertThat(publisher.pending()).isEqualTo(MANY - 1);
        for (int i = 0; i < 10 * MANY; i++) {
            publisher.cancel(busy);
        }
        all.subList(0, MANY / 2).forEach(publisher::cancel);
        assertThat(publisher.pending()).isEqualTo(MANY / 2);
        all.forEach(publisher::cancel);
        assertThat(publisher.pending()).isZero();
    }

    private Publisher publisher() {
        MemoryNetwork network = new MemoryNetwork(timers);
        return new Publisher(
                new ControlSender(network.open(SERVER), new MessageAuthentication()),
                timers,
                new Counters<>(Counter.class),
                2 * MANY,
                1,
                new Publisher.Outcome() {
                    @Override
                    public void used(Subscription subscription) {}

                    @Override
                    public void confirmed(Subscription subscription, Proposal proposal) {}

                    @Override
                    public void silent(Subscription subscription, Optional<Proposal> proposal) {}
                });
    }
}
