package io.godwit.xtr;

import io.godwit.linux.Network;
import io.godwit.linux.Pollable;
import io.godwit.linux.TunDevice;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpChecksum;
import io.godwit.linux.UdpOptions;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.fib.Locator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The TUN devices and sockets of a data plane: all of them opened, or none. */
final class DataPlaneDevices implements AutoCloseable {
    /** Re-encapsulation is for the short while until senders have learned of a move: few source ports do. */
    private static final int ONWARD_PORTS = 4;

    private static final int RECEIVE_BUFFER = 8 << 20;
    private static final int SEND_BUFFER = 2 << 20;

    private final Network network;
    private final DataPlaneConfig config;
    private final List<Pollable> opened = new ArrayList<>();
    private final List<Queue> queues = new ArrayList<>();
    /** Where packets to hosts are written, by instance index. */
    private final List<TunDevice> tuns = new ArrayList<>();

    private final List<UdpBatchSocket> receivers = new ArrayList<>();
    private final List<UdpBatchSocket> onward4;
    private final List<UdpBatchSocket> onward6;

    /**
     * What one egress pipeline has to itself.
     *
     * @param tuns where it reads, by instance index from {@code firstInstance} on
     * @param senders4 for packets from the site; empty when there is no RLOC of the family
     */
    record Queue(
            List<TunDevice> tuns, int firstInstance, List<UdpBatchSocket> senders4, List<UdpBatchSocket> senders6) {
        List<UdpBatchSocket> senders(boolean ipv6) {
            return ipv6 ? senders6 : senders4;
        }
    }

    DataPlaneDevices(Network network, DataPlaneConfig config) {
        this.network = network;
        this.config = config;
        try {
            // From now on packets wait here for what follows; in a TUN they do once it has routes.
            for (IpAddress locator : config.locators()) {
                UdpOptions options = options(UdpChecksum.FULL, true, RECEIVE_BUFFER);
                receivers.add(keep(network.openUdp(locator.toInetAddress(), Locator.DATA_PORT, options)));
            }
            if (config.firstLayer2() > 0) {
                openQueues();
            }
            if (config.firstLayer2() < config.instances().size()) {
                openTaps();
            }
            onward4 = senders(true, ONWARD_PORTS);
            onward6 = senders(false, ONWARD_PORTS);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** One queue reads and writes. Of several each reads, and one more, which the kernel gives nothing, writes. */
    private void openQueues() {
        int count = config.threads().queues();
        int ports = Integer.highestOneBit(Math.max(1, config.rules().sourcePorts() / count));
        List<List<TunDevice>> devices = new ArrayList<>();
        for (DataPlaneConfig.Instance instance : config.instances().subList(0, config.firstLayer2())) {
            List<TunDevice> opened =
                    network.openTun(instance.tunName(), count == 1 ? 1 : count + 1, new TunOffloads(true, true, true));
            opened.forEach(this::keep);
            tuns.add(opened.getLast());
            devices.add(opened);
        }
        if (count > 1) {
            tuns.forEach(TunDevice::detach);
        }
        for (int i = 0; i < count; i++) {
            int queue = i;
            queues.add(new Queue(
                    devices.stream().map(opened -> opened.get(queue)).toList(),
                    0,
                    senders(true, ports),
                    senders(false, ports)));
        }
    }

    /** One queue reads and writes the frames of all layer-2 instances. */
    private void openTaps() {
        int ports = config.rules().sourcePorts();
        int first = config.firstLayer2();
        for (DataPlaneConfig.Instance instance :
                config.instances().subList(first, config.instances().size())) {
            tuns.add(keep(network.openTap(instance.tunName())));
        }
        queues.add(new Queue(
                List.copyOf(tuns.subList(first, tuns.size())), first, senders(true, ports), senders(false, ports)));
    }

    private List<UdpBatchSocket> senders(boolean ipv4, int count) {
        List<UdpBatchSocket> sockets = new ArrayList<>();
        Optional<IpAddress> source = config.locators().stream()
                .filter(locator -> locator.isIpv4() == ipv4)
                .findFirst();
        if (source.isPresent()) {
            UdpOptions options = options(config.rules().checksum(), false, SEND_BUFFER);
            network.openSenders(source.get().toInetAddress(), count, options)
                    .forEach(socket -> sockets.add(keep(socket)));
        }
        return sockets;
    }

    private static UdpOptions options(UdpChecksum checksum, boolean receives, int bufferBytes) {
        return new UdpOptions(checksum, true, true, true, receives, bufferBytes);
    }

    private <T extends Pollable> T keep(T device) {
        opened.add(device);
        return device;
    }

    /** What the kernel grants of the offloads, as of now: a refused one is not tried again. */
    void describe(Map<String, Object> status) {
        boolean segments = false;
        for (UdpBatchSocket sender : senders()) {
            segments |= sender.segmentation();
        }
        boolean coalesces = true;
        for (UdpBatchSocket receiver : receivers) {
            coalesces &= receiver.coalescing();
        }
        boolean tso = true;
        boolean uso = true;
        for (TunDevice tun : tuns.subList(0, config.firstLayer2())) {
            tso &= tun.offloads().tso();
            uso &= tun.offloads().uso();
        }
        status.put("tunTso", tso);
        status.put("tunUso", uso);
        status.put("udpSegmentation", segments);
        status.put("udpCoalescing", coalesces);
    }

    /** Whether a socket that sends LISP datagrams has this port. */
    boolean sendsFrom(int port) {
        return Stream.of(senders(), onward4, onward6)
                .flatMap(List::stream)
                .anyMatch(sender -> sender.localPort() == port);
    }

    private List<UdpBatchSocket> senders() {
        return queues.stream()
                .flatMap(queue -> Stream.concat(queue.senders4.stream(), queue.senders6.stream()))
                .toList();
    }

    /** What there is to say when the kernel grants less than was asked for. */
    void tell(Offloads offloads) {
        for (TunDevice tun : tuns.subList(0, config.firstLayer2())) {
            String device = "TUN device " + tun.name() + " ";
            offloads.add(
                    device
                            + "hands over TCP packet by packet: the kernel refused segmentation offload (TUN_F_TSO4,"
                            + " TUN_F_TSO6)",
                    () -> tun.offloads().tso());
            offloads.add(
                    device
                            + "hands over UDP packet by packet: the kernel refused segmentation offload (TUN_F_USO4,"
                            + " TUN_F_USO6), which Linux 6.2 and later have",
                    () -> tun.offloads().uso());
        }
        if (config.rules().checksum() != UdpChecksum.ZERO) {
            senders().forEach(sender -> tell(offloads, sender));
        }
        for (UdpBatchSocket receiver : receivers) {
            offloads.add(
                    "datagrams to " + receiver.localAddress().getHostAddress()
                            + " are received one by one: the kernel refused UDP_GRO",
                    receiver::coalescing);
        }
    }

    private static void tell(Offloads offloads, UdpBatchSocket sender) {
        offloads.add(
                "datagrams from " + sender.localAddress().getHostAddress()
                        + " are sent one by one: the kernel, or the interface they leave by, refused UDP_SEGMENT (EIO"
                        + " or EINVAL)",
                sender::segmentation);
    }

    /** One for each egress pipeline. */
    List<Queue> queues() {
        return queues;
    }

    /** Whether there is an RLOC of the family. */
    boolean hasFamily(boolean ipv6) {
        return !onward(ipv6).isEmpty();
    }

    /** For writing, by instance index. */
    List<TunDevice> tuns() {
        return tuns;
    }

    /** One for each own RLOC. */
    List<UdpBatchSocket> receivers() {
        return receivers;
    }

    /** For packets that go on to another RLOC. */
    List<UdpBatchSocket> onward(boolean ipv6) {
        return ipv6 ? onward6 : onward4;
    }

    @Override
    public void close() {
        opened.forEach(Pollable::close);
    }
}
