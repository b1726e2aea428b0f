package io.godwit.linux;

import org.agrona.concurrent.UnsafeBuffer;

/** ICMP (type 3) or ICMPv6 (types 1 and 2) errors that came to an address of this host. What is not fetched in time is dropped by the kernel. */
public interface IcmpErrors extends AutoCloseable {
    /** None ever come. */
    IcmpErrors NONE = new IcmpErrors() {
        @Override
        public int receive(UnsafeBuffer into) {
            return 0;
        }

        @Override
        public void close() {}
    };

    /**
     * The next message, from its ICMP header on. The checksum of ICMPv6 is right, that of ICMP has still to be looked at.
     *
     * @param into cut off at its capacity
     * @return octets, 0 when there is none
     */
    int receive(UnsafeBuffer into);

    @Override
    void close();
}
