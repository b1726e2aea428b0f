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

    /**
     * Of a device with several queues: the kernel gives this one no packets any more. It still takes writes, and the kernel does not learn from
     * them which queue a flow has, so that a flow keeps the queue that its hash gives. Nothing in memory, where the sender names the queue.
     *
     * @throws LinuxException when the kernel refuses
     */
    default void detach() {}

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
