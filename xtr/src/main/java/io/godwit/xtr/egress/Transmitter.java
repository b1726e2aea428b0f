package io.godwit.xtr.egress;

import io.godwit.linux.Errno;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpSenders;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
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

    private static final int NONE = -1;

    private final UdpBatchSocket[] sockets;
    private final UdpSenders ipv4;
    private final UdpSenders ipv6;
    private final int ipv4Mask;
    private final int ipv6Mask;
    private final int firstIpv6;
    private final CounterBlock counters;
    private final SuperPackets superPackets = new SuperPackets();
    /** The socket that has something else than plain datagrams to send, or {@link #NONE}. */
    private int unusual = NONE;

    private long datagrams;
    private long octets;
    private int refused;
    private int refusedErrno;

    /** Each list holds a power of two of sockets, or none: then no locator of that family is in the forwarding table. */
    public Transmitter(List<UdpBatchSocket> ipv4, List<UdpBatchSocket> ipv6, CounterBlock counters) {
        List<UdpBatchSocket> all = new ArrayList<>(ipv4);
        all.addAll(ipv6);
        this.sockets = all.toArray(UdpBatchSocket[]::new);
        this.ipv4 = UdpSenders.of(ipv4);
        this.ipv6 = UdpSenders.of(ipv6);
        this.ipv4Mask = ipv4.size() - 1;
        this.ipv6Mask = ipv6.size() - 1;
        this.firstIpv6 = ipv4.size();
        this.counters = counters;
    }

    /** Takes the slot in, to be sent by {@link #flush} at the latest. */
    public void add(PacketSlot slot) {
        if (slot.datagrams == 1 && slot.segmentSize == 0 && !slot.locatorIpv6 && unusual == NONE && !slot.isTapped()) {
            int length = slot.lastDatagramLength;
            octets += length;
            offer(ipv4, slot.flowHash & ipv4Mask, slot.address - LispHeader.LENGTH, length, slot);
        } else {
            addUnusual(slot);
        }
    }

    /**
     * For plain datagrams to IPv4 addresses, which the caller offers by itself to be sent by {@link #flush} at the latest; what they sum up to goes
     * to {@link #counted}. To be called again after another packet was added.
     */
    UdpSenders ready() {
        if (unusual != NONE) {
            flushUnusual();
        }
        return ipv4;
    }

    /** Of a flow hash: which of the IPv4 sockets. */
    int ipv4Mask() {
        return ipv4Mask;
    }

    /** After {@link #ready} has not taken a datagram. */
    void makeRoom() {
        sendOut(ipv4);
    }

    void counted(long sentOctets) {
        octets += sentOctets;
    }

    private void addUnusual(PacketSlot slot) {
        if (slot.segmentSize == 0 && !slot.isTapped() && (!slot.locatorIpv6 || !isGpe(slot))) {
            flushUnusual();
            addDatagrams(slot);
            return;
        }
        int index = slot.locatorIpv6 ? firstIpv6 + (slot.flowHash & ipv6Mask) : slot.flowHash & ipv4Mask;
        UdpBatchSocket socket = sockets[index];
        sendOut();
        if (index != unusual) {
            flushUnusual();
            unusual = index;
        }
        if (slot.isTapped()) {
            sendAlone(slot, socket);
        } else {
            send(slot, socket);
        }
    }

    /** Fragments each make a datagram; the last one is what most packets are. */
    private void addDatagrams(PacketSlot slot) {
        UdpSenders senders = slot.locatorIpv6 ? ipv6 : ipv4;
        int socket = slot.flowHash & (slot.locatorIpv6 ? ipv6Mask : ipv4Mask);
        long address = slot.address - LispHeader.LENGTH;
        for (int i = 1; i < slot.datagrams; i++) {
            octets += slot.datagramLength;
            offer(senders, socket, address, slot.datagramLength, slot);
            address += slot.datagramSpacing;
        }
        octets += slot.lastDatagramLength;
        offer(senders, socket, address, slot.lastDatagramLength, slot);
    }

    private void offer(UdpSenders senders, int socket, long address, int length, PacketSlot slot) {
        while (!senders.offer(
                socket,
                address,
                length,
                slot.locatorHigh,
                slot.locatorLow,
                slot.locatorPort,
                slot.ttl,
                slot.trafficClass)) {
            sendOut(senders);
        }
    }

    private static boolean isGpe(PacketSlot slot) {
        return (slot.lispHeader & NEXT_PROTOCOL) != 0;
    }

    /** Sends what was added. */
    public void flush() {
        sendOut();
        flushUnusual();
        if (octets != 0) {
            counters.add(Counter.TRANSMITTED_DATAGRAMS, datagrams);
            counters.add(Counter.TRANSMITTED_OCTETS, octets);
            datagrams = 0;
            octets = 0;
        }
    }

    /** The plain datagrams. */
    private void sendOut() {
        sendOut(ipv4);
        sendOut(ipv6);
    }

    private void sendOut(UdpSenders senders) {
        int sent = senders.flushNext();
        while (sent >= 0) {
            sent(sent, senders.lastErrors(), senders.lastErrno());
            sent = senders.flushNext();
        }
    }

    private void sent(int count, int errors, int errno) {
        datagrams += count;
        if (errors > 0) {
            counters.drop(reason(errno), errors);
            refused += errors;
            refusedErrno = errno;
        }
    }

    // --- what is not plain leaves socket by socket

    private void flushUnusual() {
        if (unusual != NONE) {
            flush(sockets[unusual]);
            unusual = NONE;
        }
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
        for (int i = 1; i < slot.datagrams; i++) {
            offer(socket, address, slot.datagramLength, slot);
            address += slot.datagramSpacing;
        }
        offer(socket, address, slot.lastDatagramLength, slot);
    }

    private void offer(UdpBatchSocket socket, long address, int length, PacketSlot slot) {
        octets += length;
        int segmentSize = slot.locatorIpv6 && isGpe(slot) ? length : 0;
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
        int sent = socket.flush();
        superPackets.clear();
        sent(sent, socket.lastErrors(), socket.lastErrno());
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
        ipv4.close();
        ipv6.close();
        superPackets.close();
    }
}
