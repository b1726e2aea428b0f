package io.godwit.mapserver.subscribe;

import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.mapserver.state.StateValues;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Octets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Confirmed subscriptions, and the last nonces of those that ended, as they outlive the process: text, the key being xTR-ID and EID-prefix.
 * The site, whose key is the security association, is kept by name: a subscription whose site may not subscribe any more does not come back.
 */
final class SavedSubscriptions {
    private static final StateValues.Kind KIND = StateValues.Kind.SUBSCRIPTION;
    private static final String ENDED = "ended";
    private static final String CONFIRMED = "confirmed";
    private static final int FIELDS = 6;

    private final StateValues values;
    private final Timers timers;

    /** Takes what there was. */
    interface Restorer {
        void ended(EidPrefix prefix, XtrKey.XtrId xtr, long nonce);

        void confirmed(Subscription subscription);

        void forgotten(EidPrefix prefix, XtrKey.XtrId xtr);
    }

    SavedSubscriptions(StateValues values, Timers timers) {
        this.values = values;
        this.timers = timers;
    }

    boolean isShared() {
        return values.isShared();
    }

    void save(Subscription subscription) {
        save(subscription, subscription.floor(), subscription.reserved(), subscription.rlocs());
    }

    void save(Subscription subscription, long floor, long reserved, List<IpAddress> rlocs) {
        put(
                subscription,
                String.join(
                        "\n",
                        CONFIRMED,
                        Long.toHexString(floor),
                        Long.toHexString(reserved),
                        Long.toString(endMillis(subscription)),
                        rlocs.stream().map(IpAddress::toString).collect(Collectors.joining(",")),
                        subscription.site().name()));
    }

    private long endMillis(Subscription subscription) {
        return subscription.isTemporary()
                ? timers.epochMillis() + (subscription.endsNanos() - timers.nanoTime()) / 1_000_000
                : 0;
    }

    void ended(Subscription subscription, long nonce) {
        put(subscription, ENDED + "\n" + Long.toHexString(nonce));
    }

    private void put(Subscription subscription, String text) {
        values.put(KIND, key(subscription.xtr(), subscription.prefix()), text.getBytes(StandardCharsets.UTF_8));
    }

    void forget(EidPrefix prefix, XtrKey.XtrId xtr) {
        values.remove(KIND, key(xtr, prefix));
    }

    private static Octets key(XtrKey.XtrId xtr, EidPrefix prefix) {
        return Octets.copyOf((xtr + " " + prefix).getBytes(StandardCharsets.US_ASCII));
    }

    /** What there is, and, where others change it too, what becomes of it. */
    void restore(Sites sites, Restorer restorer) {
        values.forEach(KIND, (key, value) -> restore(key, value, sites, restorer));
        values.listen(KIND, (key, value) -> restore(key, value, sites, restorer));
    }

    private void restore(Octets key, byte[] value, Sites sites, Restorer restorer) {
        String name = new String(key.toBytes(), StandardCharsets.US_ASCII);
        int space = name.indexOf(' ');
        XtrKey.XtrId xtr = new XtrKey.XtrId(
                Long.parseUnsignedLong(name.substring(0, space / 2), 16),
                Long.parseUnsignedLong(name.substring(space / 2, space), 16));
        EidPrefix prefix = EidPrefix.parse(name.substring(space + 1));
        if (value.length == 0) {
            restorer.forgotten(prefix, xtr);
            return;
        }
        String[] fields = new String(value, StandardCharsets.UTF_8).split("\n", FIELDS);
        long nonce = Long.parseUnsignedLong(fields[1], 16);
        if (fields[0].equals(ENDED)) {
            restorer.ended(prefix, xtr, nonce);
            return;
        }
        Optional<Site> site = sites.named(fields[FIELDS - 1]).filter(Site::subscribe);
        site.ifPresentOrElse(
                its -> restorer.confirmed(restored(new Subscription(prefix, xtr, its, nonce), fields)),
                () -> restorer.ended(prefix, xtr, nonce));
    }

    private Subscription restored(Subscription subscription, String[] fields) {
        long endMillis = Long.parseLong(fields[3]);
        List<IpAddress> rlocs =
                Arrays.stream(fields[4].split(",", -1)).map(IpAddress::parse).toList();
        subscription.restore(rlocs, Long.parseUnsignedLong(fields[2], 16));
        subscription.temporary(endMillis != 0, timers.nanoTime() + remainingNanos(endMillis));
        return subscription;
    }

    /** Of a temporary one. What cannot be, the wall clock having been set meanwhile, or is over, gets a whole lifetime. */
    private long remainingNanos(long endMillis) {
        long remaining = (endMillis - timers.epochMillis()) * 1_000_000;
        return remaining > 0 && remaining <= Subscription.TEMPORARY_NANOS ? remaining : Subscription.TEMPORARY_NANOS;
    }
}
