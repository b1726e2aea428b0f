package io.godwit.linux.fake;

import io.godwit.linux.AddressBits;
import java.net.InetAddress;
import org.agrona.concurrent.UnsafeBuffer;

/** A datagram on its way through a {@link FakeUnderlay}; a view that is valid only during the call it is passed to. */
public final class FakeDatagram {
    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private boolean ipv6;
    private long sourceHigh;
    private long sourceLow;
    private int sourcePort;
    private long destinationHigh;
    private long destinationLow;
    private int destinationPort;
    private int hopLimit;
    private int trafficClass;
    private long address;

    FakeDatagram() {}

    void from(boolean family6, long high, long low, int port) {
        ipv6 = family6;
        sourceHigh = high;
        sourceLow = low;
        sourcePort = port;
    }

    void to(long high, long low, int port) {
        destinationHigh = high;
        destinationLow = low;
        destinationPort = port;
    }

    void carry(long payloadAddress, int length, int outerHopLimit, int outerTrafficClass) {
        address = payloadAddress;
        payload.wrap(payloadAddress, length);
        hopLimit = outerHopLimit;
        trafficClass = outerTrafficClass;
    }

    public InetAddress source() {
        return AddressBits.toAddress(ipv6, sourceHigh, sourceLow);
    }

    public InetAddress destination() {
        return AddressBits.toAddress(ipv6, destinationHigh, destinationLow);
    }

    public int sourcePort() {
        return sourcePort;
    }

    public int destinationPort() {
        return destinationPort;
    }

    public int hopLimit() {
        return hopLimit;
    }

    public int trafficClass() {
        return trafficClass;
    }

    public int length() {
        return payload.capacity();
    }

    /** A copy of the UDP payload. */
    public byte[] payload() {
        byte[] octets = new byte[payload.capacity()];
        payload.getBytes(0, octets);
        return octets;
    }

    boolean ipv6() {
        return ipv6;
    }

    long sourceHigh() {
        return sourceHigh;
    }

    long sourceLow() {
        return sourceLow;
    }

    long destinationHigh() {
        return destinationHigh;
    }

    long destinationLow() {
        return destinationLow;
    }

    long address() {
        return address;
    }

    /** Octets of the IP packet. */
    int packetLength() {
        return payload.capacity() + (ipv6 ? 48 : 28);
    }
}
