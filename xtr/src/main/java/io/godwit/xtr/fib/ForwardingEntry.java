package io.godwit.xtr.fib;

import io.godwit.linux.UdpSenders;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.control.Action;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.MapVersion;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.Octets;
import java.util.List;

/**
 * What a lookup gives: what to do, the LISP header ready to be written, and the locators to choose from by flow hash. Shared by all EIDs of
 * an instance with the same {@link Forwarding}, so a host costs a table slot and no object.
 */
public final class ForwardingEntry {
    public static final int MISS = 0;
    public static final int LOCAL = 1;
    public static final int REMOTE = 2;
    public static final int AWAY = 3;
    public static final int EXPECTED = 4;
    public static final int ARRIVING = 5;
    public static final int DYNAMIC = 6;
    public static final int NEGATIVE = 7;
    /** Negative, action Send-Map-Request. */
    public static final int ASK = 8;

    public static final int LEAVING = 9;
    /** Leaving, and packets from the core wait. */
    public static final int HELD = 10;

    private static final long VERSIONED = (long) LispHeader.MAP_VERSIONS_PRESENT << 32;

    private static final int PARKS_EGRESS = 1 << MISS | 1 << ARRIVING | 1 << DYNAMIC | 1 << ASK;

    /** No entry covers the EID. */
    public static final ForwardingEntry NONE =
            new ForwardingEntry(MISS, 0, MapVersion.NULL, DropReason.NEGATIVE_NO_ACTION, Locators.NONE, Locators.NONE);

    private static final int NONE_AHEAD = 0;

    private final int kind;
    private final long lispHeader;
    private final DropReason negativeReason;
    private final Locators chosen;
    private final Locators listed;
    /** The only locator of most sets stands here: an object less to read for each packet. */
    private final boolean single;

    private final long singleHigh;
    private final long singleLow;
    private final int singlePort;
    private final boolean singleIpv6;
    private final LocatorUse singleUse;
    private final long plainName;
    /** Which bits of what a locator adds to the header have room: with an instance-id only eight status bits. */
    private final long extraMask;

    private final int mapVersion;
    private final int ahead;
    private final boolean gone;

    private volatile boolean switched;

    private ForwardingEntry(
            int kind, int instanceId, int mapVersion, DropReason negativeReason, Locators chosen, Locators listed) {
        this(kind, instanceId, mapVersion, negativeReason, chosen, listed, NONE_AHEAD, false);
    }

    private ForwardingEntry(
            int kind,
            int instanceId,
            int mapVersion,
            DropReason negativeReason,
            Locators chosen,
            Locators listed,
            int ahead,
            boolean gone) {
        this.kind = kind;
        this.ahead = ahead;
        this.gone = gone;
        this.mapVersion = mapVersion;
        this.lispHeader = instanceId == 0
                ? 0
                : (long) LispHeader.INSTANCE_ID_PRESENT << 32 | (LispHeader.instanceWord(instanceId, 0) & 0xffff_ffffL);
        this.extraMask = instanceId == 0 ? -1L : ~0xffff_ff00L;
        this.negativeReason = negativeReason;
        this.chosen = chosen;
        this.listed = listed;
        this.single = chosen.count() == 1;
        this.singleHigh = single ? chosen.high(0) : 0;
        this.singleLow = single ? chosen.low(0) : 0;
        this.singlePort = single ? chosen.port(0) : 0;
        this.singleIpv6 = single && chosen.isIpv6(0);
        this.singleUse = single ? chosen.use(0) : LocatorUse.NOBODY;
        this.plainName = kind == REMOTE && single && !singleIpv6 ? UdpSenders.ipv4Name((int) singleLow, singlePort) : 0;
    }

    static ForwardingEntry of(int instanceId, Forwarding forwarding, LocatorBook book) {
        return switch (forwarding) {
            case Forwarding.Local(int mapVersion) -> plain(LOCAL, mapVersion);
            case Forwarding.Remote(List<Locator> locators, int mapVersion) ->
                located(REMOTE, instanceId, mapVersion, locators, book);
            case Forwarding.Away(List<Locator> locators, boolean unannounced) ->
                new ForwardingEntry(
                        AWAY,
                        instanceId,
                        MapVersion.NULL,
                        DropReason.NO_LOCATOR,
                        book.best(locators),
                        book.all(locators),
                        NONE_AHEAD,
                        unannounced);
            case Forwarding.Leaving(List<Locator> locators, boolean held) ->
                located(held ? HELD : LEAVING, instanceId, MapVersion.NULL, locators, book);
            case Forwarding.Expected(List<Locator> holders) ->
                located(EXPECTED, instanceId, MapVersion.NULL, holders, book);
            case Forwarding.Arriving(int ahead) ->
                new ForwardingEntry(
                        ARRIVING,
                        0,
                        MapVersion.NULL,
                        DropReason.NO_LOCATOR,
                        Locators.NONE,
                        Locators.NONE,
                        ahead,
                        false);
            case Forwarding.Dynamic dynamic -> plain(DYNAMIC, MapVersion.NULL);
            case Forwarding.Negative(Action action) -> negative(action);
        };
    }

    private static ForwardingEntry plain(int kind, int mapVersion) {
        return new ForwardingEntry(kind, 0, mapVersion, DropReason.NO_LOCATOR, Locators.NONE, Locators.NONE);
    }

    private static ForwardingEntry located(
            int kind, int instanceId, int mapVersion, List<Locator> locators, LocatorBook book) {
        Locators chosen = book.best(locators);
        return new ForwardingEntry(kind, instanceId, mapVersion, DropReason.NO_LOCATOR, chosen, book.all(locators));
    }

    private static ForwardingEntry negative(Action action) {
        DropReason reason =
                switch (action) {
                    case NO_ACTION, SEND_MAP_REQUEST -> DropReason.NEGATIVE_NO_ACTION;
                    case NATIVELY_FORWARD -> DropReason.NEGATIVE_NATIVELY_FORWARD;
                    case DROP_POLICY_DENIED -> DropReason.NEGATIVE_POLICY_DENIED;
                    case DROP_AUTH_FAILURE -> DropReason.NEGATIVE_AUTH_FAILURE;
                    case DROP_NO_REASON, UNASSIGNED_6, UNASSIGNED_7 -> DropReason.NEGATIVE_DROP;
                };
        int kind = action == Action.SEND_MAP_REQUEST ? ASK : NEGATIVE;
        return new ForwardingEntry(kind, 0, MapVersion.NULL, reason, Locators.NONE, Locators.NONE);
    }

    /** One of the constants; {@link #EXPECTED} turns into {@link #ARRIVING} with {@link #markSwitched}. */
    public int kind() {
        return kind == EXPECTED && switched ? ARRIVING : kind;
    }

    /** What most entries are. */
    public boolean isRemote() {
        return kind == REMOTE;
    }

    // --- for its record

    int constantKind() {
        return kind;
    }

    /** Where packets from the site go when that is a single IPv4 locator, whatever the packet: see {@link UdpSenders#ipv4Name}; else 0. */
    long plainName() {
        return plainName;
    }

    /** {@link #lispHeader} in the machine's order. */
    long plainHeader() {
        return Octets.ordered(lispHeader);
    }

    /**
     * Of an entry with a {@link #plainName}: octets of the largest inner IPv4 packet that may go there with the header {@link #lispHeader}, -1 when
     * none may.
     */
    int plainLength() {
        return singleUse.plainLength();
    }

    /** Of the only locator. */
    LocatorUse singleUse() {
        return singleUse;
    }

    /** Of an expected EID: a holder has sent a packet, so the EID is on its way. */
    public void markSwitched() {
        switched = true;
    }

    /** Whether packets from the site wait for a change of the entry. */
    public boolean parksEgress() {
        return (PARKS_EGRESS >>> kind() & 1) != 0;
    }

    /** Whether packets from the core wait for a change of the entry. */
    public boolean parksIngress() {
        return kind() == ARRIVING || kind == HELD;
    }

    /** Of an EID on its way here: how many of the packets from the core that wait are delivered all the same. */
    public int ahead() {
        return ahead;
    }

    /** Of an EID that is away: nobody had said that it would go, so what was delivered to it lately is for where it is now. */
    public boolean isGone() {
        return gone;
    }

    public DropReason negativeReason() {
        return negativeReason;
    }

    /** Of a negative entry: whether the source is told that its packet was refused (RFC 9301 section 5.4, actions Drop). */
    public boolean tellsSource() {
        return switch (negativeReason) {
            case NEGATIVE_DROP, NEGATIVE_POLICY_DENIED, NEGATIVE_AUTH_FAILURE -> true;
            default -> false;
        };
    }

    /** The eight octets of the LISP header for locators that are not trusted: all zero, or I and the instance-id (RFC 9300 section 4.1). */
    public long lispHeader() {
        return lispHeader;
    }

    /** The header to {@link #locators} number {@code i}, big-endian. */
    public long lispHeader(int i, boolean innerIpv6) {
        return withExtra(chosen.extra(i, innerIpv6));
    }

    /** The header to the single locator, big-endian. */
    public long singleLispHeader(boolean innerIpv6) {
        return withExtra(singleUse.extra(innerIpv6));
    }

    private long withExtra(long extra) {
        return extra == 0 ? lispHeader : lispHeader | versioned(extra & extraMask);
    }

    /** V asks for the version of the mapping; towards one without it there is none (RFC 9302 section 6.1). */
    private long versioned(long extra) {
        if ((extra & VERSIONED) == 0) {
            return extra;
        }
        return mapVersion == MapVersion.NULL ? extra & ~VERSIONED : extra | (long) mapVersion << 32;
    }

    /** Of the mapping, {@link MapVersion#NULL} for none. */
    public int mapVersion() {
        return mapVersion;
    }

    /** Octets of the largest inner packet that the path to the single locator is known to carry; no bound when nothing is known. */
    public int singleMaxLength() {
        return singleUse.maxLength();
    }

    /** The locators of the best priority. */
    public Locators locators() {
        return chosen;
    }

    /** Whether there is one locator to choose from; then the following are of it. */
    public boolean isSingle() {
        return single;
    }

    public long singleHigh() {
        return singleHigh;
    }

    public long singleLow() {
        return singleLow;
    }

    public int singlePort() {
        return singlePort;
    }

    public boolean singleIsIpv6() {
        return singleIpv6;
    }

    /** Notes that the single locator was encapsulated to. */
    public void touchSingle(long nowMillis) {
        singleUse.touch(nowMillis);
    }

    /** Which of {@link #locators} a flow goes to, -1 when there is none. */
    public int choose(int flowHash) {
        return single ? 0 : chosen.choose(flowHash);
    }

    /** Whether {@code high}/{@code low} is any locator of the mapping, whatever its priority. */
    public boolean lists(long high, long low) {
        return listed.contains(high, low);
    }

    static long high(IpAddress address) {
        return switch (address) {
            case Ipv4Address v4 -> 0;
            case Ipv6Address v6 -> v6.high();
        };
    }

    static long low(IpAddress address) {
        return switch (address) {
            case Ipv4Address v4 -> v4.value() & 0xffff_ffffL;
            case Ipv6Address v6 -> v6.low();
        };
    }
}
