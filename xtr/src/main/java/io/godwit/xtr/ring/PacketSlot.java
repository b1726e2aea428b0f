package io.godwit.xtr.ring;

import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.fib.Locators;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A packet on its way: the event of the ring. The octets stand in {@link #buffer} from {@link #packet} on, with headroom in front (see
 * {@link RingLayout}); the fields are what the stages tell each other. They are public and plain: the ring's sequences order them.
 */
public final class PacketSlot extends SlotEnvelope {
    /** Nothing decided yet. */
    public static final int NEW = 0;
    /** Dropped or parked: later stages pass over it. */
    public static final int DONE = 1;
    /** To be encapsulated and transmitted. */
    public static final int ENCAPSULATE = 2;
    /** To be written to the TUN device of its instance. */
    public static final int DELIVER = 3;

    /** Came back from the parking lot, nothing else decided yet. */
    public static final int RETURNED = 4;

    /** Was delivered, in vain: to be decided on once more. */
    public static final int AGAIN = 5;

    /** In place of a drop reason: the packet waits. */
    public static final int PARKED = -1;

    /** The memory of the whole ring. */
    public final UnsafeBuffer buffer;
    /** Of a super-packet: octets of IP and transport headers. */
    public int headerLength;
    /** Of a super-packet: where its transport header starts. */
    public int transportOffset;

    private final int home;

    /** Of a dropped packet: the position of its {@link DropReason}, or {@link #PARKED}. Meaningless before. */
    public int dropReason;

    public ForwardingEntry entry = ForwardingEntry.NONE;

    // --- outer header as received

    public long sourceHigh;
    public long sourceLow;
    public boolean sourceIpv6;
    /** UDP source port; only while a tap is at work. */
    public int receivedPort;

    /** Which of the own RLOCs it came to, only while a tap is at work; or which queue of the TUN devices. */
    public int receivedOn;

    // --- outer header to send

    /** From the LISP header of one datagram to that of the next. */
    public int datagramSpacing;
    /** Octets of each datagram but the last, from the LISP header on. */
    public int datagramLength;

    PacketSlot(UnsafeBuffer buffer, int packet) {
        this.buffer = buffer;
        this.home = packet;
        placeHome();
    }

    /** Makes the slot stand for an IP packet at {@code offset} of the ring's memory, which starts at {@code memory}. */
    public void place(int offset, long memory) {
        packet = offset;
        address = memory + offset;
    }

    /** Back to the slot's own memory. */
    public void placeHome() {
        place(home, buffer.addressOffset());
    }

    /** Takes in a packet that has just been read. */
    public void arrived(int octets) {
        length = octets;
        tap = 0;
        // Whoever changes the others decides on the packet as well: what passed without has left them as they were.
        if (verdict != NEW) {
            verdict = NEW;
            released = false;
            segmentSize = 0;
        }
    }

    @SuppressWarnings("EnumOrdinal") // the position within this process is all that it means
    public void drop(CounterBlock counters, DropReason reason) {
        verdict = DONE;
        dropReason = reason.ordinal();
        counters.drop(reason);
    }

    /** Whether somebody looks at this packet on its way. */
    public boolean isTapped() {
        return tap != 0;
    }

    /** For who looks at it: the kernel refused it, which is counted elsewhere. */
    @SuppressWarnings("EnumOrdinal") // the position within this process is all that it means
    public void refused(DropReason reason) {
        verdict = DONE;
        dropReason = reason.ordinal();
    }

    /** To the locator of {@code entry} that the flow hash gives; false when there is none. */
    public boolean sendTo(ForwardingEntry entry, long nowMillis) {
        if (entry.isSingle()) {
            locatorHigh = entry.singleHigh();
            locatorLow = entry.singleLow();
            locatorPort = entry.singlePort();
            locatorIpv6 = entry.singleIsIpv6();
            lispHeader = entry.singleLispHeader(ipv6);
            maxLength = entry.singleMaxLength();
            entry.touchSingle(nowMillis);
        } else if (!sendToChosen(entry, entry.locators(), nowMillis)) {
            return false;
        }
        verdict = ENCAPSULATE;
        return true;
    }

    private boolean sendToChosen(ForwardingEntry entry, Locators locators, long nowMillis) {
        int i = locators.choose(flowHash);
        if (i < 0) {
            return false;
        }
        locatorHigh = locators.high(i);
        locatorLow = locators.low(i);
        locatorPort = locators.port(i);
        locatorIpv6 = locators.isIpv6(i);
        lispHeader = entry.lispHeader(i, ipv6);
        maxLength = locators.maxLength(i);
        locators.touch(i, nowMillis);
        return true;
    }

    /** Whether {@link #sendTo} would send the packet back to the RLOC it came from. */
    public boolean wouldReturn(ForwardingEntry entry) {
        int i = entry.choose(flowHash);
        return i >= 0 && entry.locators().is(i, sourceHigh, sourceLow);
    }
}
