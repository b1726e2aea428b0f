package io.godwit.linux;

/**
 * One queue of a TUN device with vnet_hdr. Every read and write is a virtio_net_hdr of {@link VnetHeader#LENGTH} octets (little-endian, see
 * {@link VnetHeader}) and then an IP packet, or a TCP/UDP super-packet when offloads are on. Hot: no allocation. One thread reads;
 * any thread may write, since a write is one system call.
 */
public interface TunDevice extends Pollable {
    String name();

    int interfaceIndex();

    TunOffloads offloads();

    /**
     * @param address native memory
     * @return octets read, 0 when nothing is there, or -errno
     */
    int read(long address, int capacity);

    /** @return octets written, 0 when the queue is full, or -errno */
    int write(long address, int length);

    /**
     * Writes one packet, with its header in front, that stands in pieces.
     *
     * @param vectors native address of {@code count} struct iovec: address and length, 64 bits each
     * @return octets written, 0 when the queue is full, or -errno
     */
    int writeGathered(long vectors, int count);
}
