package io.godwit.xtr.egress;

import io.godwit.linux.Errno;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets that LISP datagrams leave from. Each has a source port of its own; a flow keeps to one, so that paths and receive queues on the
 * way see many flows and not one (RFC 9300 section 12). Used by one thread.
 */
public final class Transmitter implements AutoCloseable {
    /** What one message may hold. */
    private static final int MAX_SEGMENTS = 64;

    private static final int MAX_OCTETS = 65_487;
    /** LISP-GPE over IPv6 goes with a checksum (RFC 9305 section 4.3.1), which a segment size asks for. */
    private static final long NEXT_PROTOCOL = (long) LispHeader.NEXT_PROTOCOL_PRESENT << 32;

    /** Slots sorted by socket at a time: as many as a word has bits. */
    private static final int WINDOW = Long.SIZE;

    private final UdpBatchSocket[] sockets;
    private final int ipv4Mask;
    private final int ipv6Mask;
    private final int firstIpv6;
    private final CounterBlock counters;
    private final SuperPackets superPackets = new SuperPackets();

    /** By socket: which slots of the window leave from it. Each socket then has its own in one go, in their order. */
    private final long[] members;

    /** The sockets that slots of the window leave from. */
    private final int[] waiting;

    private int waitingCount;
    private long windowStart;
    private long datagrams;
    private long octets;
    private int refused;
    private int refusedErrno;

    /** Each list holds a power of two of sockets, or none: then no locator of that family is in the forwarding table. */
    public Transmitter(List<UdpBatchSocket> ipv4, List<UdpBatchSocket> ipv6, CounterBlock counters) {
        List<UdpBatchSocket> all = new ArrayList<>(ipv4);
        all.addAll(ipv6);
        this.sockets = all.toArray(UdpBatchSocket[]::new);
        this.ipv4Mask = ipv4.size() - 1;
        this.ipv6Mask = ipv6.size() - 1;
        this.firstIpv6 = ipv4.size();
        this.counters = counters;
        this.members = new long[sockets.length];
        this.waiting = new int[sockets.length];
    }

    /** Before slots from {@code sequence} on are added. */
    public void begin(long sequence) {
        windowStart = sequence;
    }

    /** Notes the slot to be sent by {@link #flush}, at the latest. */
    public void add(PacketRing ring, PacketSlot slot, long sequence) {
        long number = sequence - windowStart;
        if (number >= WINDOW) {
            sendWindow(ring);
            windowStart = sequence;
            number = 0;
        }
        int socket = slot.locatorIpv6 ? firstIpv6 + (slot.flowHash & ipv6Mask) : slot.flowHash & ipv4Mask;
        long before = members[socket];
        members[socket] = before | 1L << number;
        if (before == 0) {
            waiting[waitingCount++] = socket;
        }
    }

    /** Sends what was added. */
    public void flush(PacketRing ring) {
        sendWindow(ring);
        if (octets != 0) {
            counters.add(Counter.TRANSMITTED_DATAGRAMS, datagrams);
            counters.add(Counter.TRANSMITTED_OCTETS, octets);
            datagrams = 0;
            octets = 0;
        }
    }

    private void sendWindow(PacketRing ring) {
        int count = waitingCount;
        for (int i = 0; i < count; i++) {
            int index = waiting[i];
            UdpBatchSocket socket = sockets[index];
            long rest = members[index];
            members[index] = 0;
            while (rest != 0) {
                PacketSlot slot = ring.slot(windowStart + Long.numberOfTrailingZeros(rest));
                if (slot.isTapped()) {
                    sendAlone(slot, socket);
                } else {
                    send(slot, socket);
                }
                rest &= rest - 1;
            }
            flush(socket);
        }
        waitingCount = 0;
    }

    /** So that a refusal by the kernel is known to be of this packet. */
    private void sendAlone(PacketSlot slot, UdpBatchSocket socket) {
        flush(socket);
        refused = 0;
        send(slot, socket);
        flush(socket);
        if (refused > 0) {
            slot.refused(reason(refusedErrno));
        }
    }

    private void send(PacketSlot slot, UdpBatchSocket socket) {
        if (slot.segmentSize > 0) {
            sendSegments(slot, socket);
            return;
        }
        long address = slot.address - LispHeader.LENGTH;
        if (slot.datagrams > 1) {
            int before = slot.datagrams - 1;
            for (int i = 0; i < before; i++) {
                offer(socket, address + (long) i * slot.datagramSpacing, slot.datagramLength, slot);
            }
            address += (long) before * slot.datagramSpacing;
        }
        offer(socket, address, slot.lastDatagramLength, slot);
    }

    private void offer(UdpBatchSocket socket, long address, int length, PacketSlot slot) {
        octets += length;
        int segmentSize = slot.locatorIpv6 && (slot.lispHeader & NEXT_PROTOCOL) != 0 ? length : 0;
        while (!socket.offer(
                address,
                length,
                slot.locatorHigh,
                slot.locatorLow,
                slot.locatorPort,
                slot.ttl,
                slot.trafficClass,
                segmentSize)) {
            flush(socket);
        }
    }

    /** In as many messages as the kernel's limits ask for, of equal size. */
    private void sendSegments(PacketSlot slot, UdpBatchSocket socket) {
        int payload = slot.length - slot.headerLength;
        int segments = (payload + slot.segmentSize - 1) / slot.segmentSize;
        int stride = SuperPackets.stride(slot);
        int most = Math.clamp(MAX_OCTETS / (stride + slot.segmentSize), 1, MAX_SEGMENTS);
        int messages = (segments + most - 1) / most;
        int each = (segments + messages - 1) / messages;
        for (int first = 0; first < segments; first += each) {
            int count = Math.min(each, segments - first);
            int from = first * slot.segmentSize;
            int length = Math.min(count * slot.segmentSize, payload - from);
            if (!superPackets.hasRoom(slot, count)) {
                flush(socket);
            }
            long headers = superPackets.write(slot, first, count, payload);
            octets += (long) count * stride + length;
            while (!socket.offerPieces(
                    headers,
                    stride,
                    slot.address + slot.headerLength + from,
                    length,
                    slot.segmentSize,
                    slot.locatorHigh,
                    slot.locatorLow,
                    slot.locatorPort,
                    slot.ttl,
                    slot.trafficClass)) {
                flush(socket);
            }
        }
    }

    private void flush(UdpBatchSocket socket) {
        datagrams += socket.flush();
        superPackets.clear();
        int errors = socket.lastErrors();
        if (errors > 0) {
            counters.drop(reason(socket.lastErrno()), errors);
            refused += errors;
            refusedErrno = socket.lastErrno();
        }
    }

    private static DropReason reason(int errno) {
        return switch (errno) {
            case Errno.EMSGSIZE -> DropReason.TRANSMIT_TOO_BIG;
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH -> DropReason.TRANSMIT_UNREACHABLE;
            case Errno.EAGAIN, Errno.ENOBUFS -> DropReason.TRANSMIT_NO_BUFFERS;
            default -> DropReason.TRANSMIT_REFUSED;
        };
    }

    /** When its thread has ended. */
    @Override
    public void close() {
        superPackets.close();
    }
}
