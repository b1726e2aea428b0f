package io.godwit.xtr.egress;

import io.godwit.linux.Errno;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketSlot;
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

    private final Pool ipv4;
    private final Pool ipv6;
    private final CounterBlock counters;
    private final SuperPackets superPackets = new SuperPackets();
    private long datagrams;
    private long octets;

    /** The sockets of a family, and which of them have datagrams to flush. */
    private static final class Pool {
        private final UdpBatchSocket[] sockets;
        private final boolean[] waits;
        private final int[] waiting;
        private int count;

        Pool(List<UdpBatchSocket> sockets) {
            this.sockets = sockets.toArray(UdpBatchSocket[]::new);
            waits = new boolean[this.sockets.length];
            waiting = new int[this.sockets.length];
        }

        /** The socket of a flow, to be flushed. */
        UdpBatchSocket choose(int flowHash) {
            int index = flowHash & (sockets.length - 1);
            if (!waits[index]) {
                waits[index] = true;
                waiting[count++] = index;
            }
            return sockets[index];
        }
    }

    /** Each list holds a power of two of sockets, or none: then no locator of that family is in the forwarding table. */
    public Transmitter(List<UdpBatchSocket> ipv4, List<UdpBatchSocket> ipv6, CounterBlock counters) {
        this.ipv4 = new Pool(ipv4);
        this.ipv6 = new Pool(ipv6);
        this.counters = counters;
    }

    /** Adds the slot's datagrams to the batch. */
    public void send(PacketSlot slot) {
        UdpBatchSocket socket = (slot.locatorIpv6 ? ipv6 : ipv4).choose(slot.flowHash);
        if (slot.segmentSize > 0) {
            sendSegments(slot, socket);
            return;
        }
        long address = slot.address - LispHeader.LENGTH;
        int last = slot.datagrams - 1;
        for (int i = 0; i < last; i++) {
            offer(socket, address + (long) i * slot.datagramSpacing, slot.datagramLength, slot);
        }
        long offset = last == 0 ? 0 : (long) last * slot.datagramSpacing;
        offer(socket, address + offset, slot.lastDatagramLength, slot);
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
                flush();
                (slot.locatorIpv6 ? ipv6 : ipv4).choose(slot.flowHash);
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

    /** Sends what was added. */
    public void flush() {
        flush(ipv4);
        flush(ipv6);
        superPackets.clear();
        counters.add(Counter.TRANSMITTED_DATAGRAMS, datagrams);
        counters.add(Counter.TRANSMITTED_OCTETS, octets);
        datagrams = 0;
        octets = 0;
    }

    private void flush(Pool pool) {
        for (int i = 0; i < pool.count; i++) {
            flush(pool.sockets[pool.waiting[i]]);
            pool.waits[pool.waiting[i]] = false;
        }
        pool.count = 0;
    }

    private void flush(UdpBatchSocket socket) {
        datagrams += socket.flush();
        int errors = socket.lastErrors();
        if (errors > 0) {
            counters.drop(reason(socket.lastErrno()), errors);
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
