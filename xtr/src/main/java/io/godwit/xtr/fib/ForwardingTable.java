package io.godwit.xtr.fib;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.List;
import org.agrona.UnsafeApi;
import org.agrona.collections.Int2IntHashMap;

/**
 * EID-prefix to {@link ForwardingEntry}, longest match first, for each (instance, family). One thread writes; readers
 * ({@link #newReader}) never lock and are never made to wait. Memory of what was removed is given back when no reader can hold it.
 */
public final class ForwardingTable implements AutoCloseable {
    private static final int UNKNOWN = -1;

    private final Epochs epochs = new Epochs();
    private final Int2IntHashMap indexes = new Int2IntHashMap(UNKNOWN);
    private final PrefixSet[] ipv4;
    private final PrefixSet[] ipv6;
    private final LocatorBook book;
    private final EntryStore entries;
    private final int firstLayer2;

    /**
     * @param instanceIds the instances of this router; their positions are the instance indexes
     * @param ipv4Underlay whether IPv4 locators can be used, and so for {@code ipv6Underlay}
     */
    public ForwardingTable(List<Integer> instanceIds, boolean ipv4Underlay, boolean ipv6Underlay) {
        this(instanceIds, instanceIds.size(), ipv4Underlay, ipv6Underlay);
    }

    /** @param firstLayer2 index of the first instance whose EIDs are MACs */
    public ForwardingTable(List<Integer> instanceIds, int firstLayer2, boolean ipv4Underlay, boolean ipv6Underlay) {
        this.firstLayer2 = firstLayer2;
        ipv4 = new PrefixSet[instanceIds.size()];
        ipv6 = new PrefixSet[instanceIds.size()];
        for (int i = 0; i < ipv4.length; i++) {
            indexes.put(instanceIds.get(i).intValue(), i);
            ipv4[i] = new PrefixSet(false, this::retire);
            ipv6[i] = new PrefixSet(true, this::retire);
        }
        book = new LocatorBook(ipv4Underlay, ipv6Underlay);
        entries = new EntryStore(epochs, book);
    }

    private void retire(EidTable table) {
        epochs.retire(table::free);
    }

    /** For one data thread. */
    public FibReader newReader() {
        return new FibReader(this, epochs.newReader());
    }

    /** Index of an instance, or -1. From any thread; does not change. */
    public int instanceIndex(int instanceId) {
        return indexes.get(instanceId);
    }

    /**
     * Adds or replaces.
     *
     * @throws IllegalArgumentException for an instance that this router does not have, a MAC EID in one of IP EIDs, or the other way round
     */
    public void put(EidPrefix eid, Forwarding forwarding, long nowMillis) {
        PrefixSet set = set(eid);
        int index = entries.acquire(eid.instanceId(), forwarding);
        long usage = forwarding instanceof Forwarding.Local ? nowMillis : 0;
        forget(set.put(EidKey.high(eid), EidKey.low(eid), EidKey.length(eid), index, usage));
        book.trim(nowMillis);
    }

    /** Removes; what is not there is no error. */
    public void remove(EidPrefix eid) {
        forget(set(eid).remove(EidKey.high(eid), EidKey.low(eid), EidKey.length(eid)));
    }

    private void forget(int index) {
        if (index != 0) {
            entries.release(index);
        }
        epochs.reclaim();
    }

    private PrefixSet set(EidPrefix eid) {
        int index = instanceIndex(eid.instanceId());
        if (index == UNKNOWN) {
            throw new IllegalArgumentException("instance-id " + eid.instanceId() + " of " + eid + " is not configured");
        }
        boolean wantsMac = index >= firstLayer2;
        if (wantsMac != eid.address() instanceof MacAddress) {
            throw new IllegalArgumentException(
                    eid + (index < firstLayer2 ? " is not an IPv4 or IPv6 EID" : " is not a MAC EID"));
        }
        return EidKey.isWide(eid) ? ipv6[index] : ipv4[index];
    }

    /** Packets that went to exactly this prefix since it was put. Two threads counting at once may lose one. */
    public long packets(EidPrefix eid) {
        long usage = set(eid).usage(EidKey.high(eid), EidKey.low(eid), EidKey.length(eid));
        return usage == 0 ? 0 : UnsafeApi.getLongOpaque(null, usage);
    }

    /** RLOCs encapsulated to within the last {@code withinMillis}. */
    public List<IpAddress> recentLocators(long nowMillis, long withinMillis) {
        return book.recent(nowMillis, withinMillis);
    }

    /**
     * Whether packets for the EID go to {@code locator}, and some went there in the last {@code withinMillis}.
     *
     * @param reader of the calling thread
     */
    public boolean sentLately(
            FibReader reader, int instance, IpAddress eid, IpAddress locator, long nowMillis, long withinMillis) {
        LocatorUse use = book.known(locator);
        if (use == null || !use.usedSince(nowMillis - withinMillis)) {
            return false;
        }
        reader.begin();
        ForwardingEntry entry =
                reader.lookup(instance, !eid.isIpv4(), ForwardingEntry.high(eid), ForwardingEntry.low(eid));
        reader.end();
        return entry.lists(ForwardingEntry.high(locator), ForwardingEntry.low(locator));
    }

    /** What the path to {@code locator} carries: octets of the largest inner packet, {@link Integer#MAX_VALUE} for no bound. */
    public void maxLength(IpAddress locator, int octets) {
        LocatorUse use = book.known(locator);
        if (use != null) {
            use.maxLength(octets);
        }
    }

    /** What is added to the LISP header of packets to {@code locator}, for inner IPv4 and inner IPv6 packets. */
    public void header(IpAddress locator, long ipv4, long ipv6) {
        book.use(locator).extra(ipv4, ipv6);
    }

    /** A locator that is down is not used until it is up again; then the next priority takes over (RFC 9300 section 9). */
    public void reachable(IpAddress locator, boolean up) {
        LocatorUse use = book.use(locator);
        if (use.isDown() == up) {
            use.down(!up);
            entries.reconsider(locator);
        }
    }

    /** A locator that does not answer gives way to others of the mapping, if there are any (RFC 9301 section 7.1). */
    public void silent(IpAddress locator, boolean silent) {
        LocatorUse use = book.use(locator);
        if (use.isSilent() != silent) {
            use.silent(silent);
            entries.reconsider(locator);
        }
    }

    /** Frees what no reader can hold any more; now and then, so that an idle table shrinks too. */
    public void reclaim() {
        epochs.reclaim();
    }

    public int size() {
        int size = 0;
        for (int i = 0; i < ipv4.length; i++) {
            size += ipv4[i].size() + ipv6[i].size();
        }
        return size;
    }

    /** Different entries that the EIDs share. */
    public int entryCount() {
        return entries.size();
    }

    /** Native memory of the entries' records. */
    long recordBytes() {
        return entries.records().bytes();
    }

    /** Native memory of the tables in use. */
    public long bytes() {
        long bytes = 0;
        for (int i = 0; i < ipv4.length; i++) {
            bytes += ipv4[i].bytes() + ipv6[i].bytes();
        }
        return bytes;
    }

    PrefixSet.Levels ipv4(int instance) {
        return ipv4[instance].levels();
    }

    PrefixSet.Levels ipv6(int instance) {
        return ipv6[instance].levels();
    }

    ForwardingEntry[] entries() {
        return entries.all();
    }

    EntryRecords.Slab records() {
        return entries.records().slab();
    }

    ForwardingEntry entry(int index) {
        return entries.get(index);
    }

    Epochs epochs() {
        return epochs;
    }

    /** Gives the memory back; when no reader is left. */
    @Override
    public void close() {
        epochs.reclaim();
        for (int i = 0; i < ipv4.length; i++) {
            ipv4[i].free();
            ipv6[i].free();
        }
        entries.records().free();
    }
}
