package io.godwit.linux.tun;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.TunDevice;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.VnetHeader;
import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import io.godwit.linux.netlink.DeviceQueue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Opens the queues of a TUN device, or a TAP device (linux/Documentation/networking/tuntap.rst). */
public final class TunFactory {
    private static final String CLONE_DEVICE = "/dev/net/tun";
    private static final int NAME_LIMIT = 15;
    /**
     * Packets that a device of ours holds until they are read, as a network card's: the 500 of a TUN device last 2 ms at 250,000 a second, in which a thread may well
     * wait for a processor.
     */
    private static final int QUEUE_LENGTH = 1_000;

    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETQUEUE = 0x400454d9L;
    private static final long TUNSETVNETHDRSZ = 0x400454d8L;
    private static final long TUNSETVNETLE = 0x400454dcL;
    /** struct ifreq: name (16 octets), flags (16 bit), padding. */
    private static final int IFREQ_LENGTH = 40;

    private static final int IFREQ_FLAGS = 16;
    private static final int IFF_TUN = 0x0001;
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_MULTI_QUEUE = 0x0100;
    private static final int IFF_DETACH_QUEUE = 0x0400;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;

    private TunFactory() {}

    /** See {@link io.godwit.linux.Network#openTun}. */
    public static List<TunDevice> open(String name, int queues, TunOffloads offloads) {
        checkName("TUN", name);
        if (queues < 1) {
            throw new IllegalArgumentException("a TUN device has at least one queue, not " + queues);
        }
        boolean ours = Native.interfaceIndex(name) == 0;
        List<TunDevice> devices = new ArrayList<>();
        try {
            for (int queue = 0; queue < queues; queue++) {
                devices.add(openQueue(name, IFF_TUN | (queues > 1 ? IFF_MULTI_QUEUE : 0), offloads));
            }
            if (ours) {
                straighten(devices.getFirst());
            }
        } catch (LinuxException e) {
            devices.forEach(TunDevice::close);
            throw e;
        }
        return List.copyOf(devices);
    }

    /** See {@link io.godwit.linux.Network#openTap}. */
    public static TunDevice openTap(String name) {
        checkName("TAP", name);
        boolean ours = Native.interfaceIndex(name) == 0;
        TunDevice tap = openQueue(name, IFF_TAP, TunOffloads.NONE);
        try {
            if (ours) {
                straighten(tap);
            }
            return tap;
        } catch (LinuxException e) {
            tap.close();
            throw e;
        }
    }

    /** A TUN device never asks its queueing discipline to wait: that only takes time from whoever sends. */
    private static void straighten(TunDevice device) {
        DeviceQueue.straighten(device.interfaceIndex(), QUEUE_LENGTH);
    }

    private static void checkName(String kind, String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > NAME_LIMIT || name.contains("/") || name.contains("%")) {
            throw new LinuxException(
                    "\"" + name + "\" cannot name a " + kind + " device: use 1 to 15 characters without / and %",
                    Errno.EINVAL);
        }
    }

    private static TunDevice openQueue(String name, int flags, TunOffloads offloads) {
        int fd = Native.open(CLONE_DEVICE, Flags.O_RDWR | Flags.O_NONBLOCK);
        if (fd < 0) {
            throw cannotOpen(-fd);
        }
        try {
            attach(fd, name, flags);
            setInt(fd, TUNSETVNETHDRSZ, VnetHeader.LENGTH, "Cannot set the header size of TUN device " + name);
            setInt(fd, TUNSETVNETLE, 1, "Cannot set the byte order of TUN device " + name);
            return new LinuxTun(fd, name, Native.interfaceIndex(name), TunOffloadSetting.apply(fd, offloads));
        } catch (LinuxException e) {
            Native.C.close(fd);
            throw e;
        }
    }

    static void detach(int fd, String name) {
        try (NativeBuffer request = NativeBuffer.allocate(IFREQ_LENGTH)) {
            request.putShort(IFREQ_FLAGS, (short) IFF_DETACH_QUEUE);
            Native.check(
                    Native.C.ioctl(fd, TUNSETQUEUE, request.address()),
                    "Cannot keep a queue of TUN device " + name + " for writing only");
        }
    }

    private static LinuxException cannotOpen(int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                new LinuxException(
                        CLONE_DEVICE
                                + " is missing or has no driver: load it with \"modprobe tun\", or give this container"
                                + " the device",
                        errno);
            case Errno.EPERM, Errno.EACCES ->
                new LinuxException("No permission to open " + CLONE_DEVICE + ": run as root", errno);
            default -> Native.failure("Cannot open " + CLONE_DEVICE, errno);
        };
    }

    private static void attach(int fd, String name, int flags) {
        try (NativeBuffer request = NativeBuffer.allocate(IFREQ_LENGTH)) {
            request.putBytes(0, name.getBytes(StandardCharsets.UTF_8));
            request.putShort(IFREQ_FLAGS, (short) (flags | IFF_NO_PI | IFF_VNET_HDR));
            if (Native.C.ioctl(fd, TUNSETIFF, request.address()) < 0) {
                throw cannotAttach((flags & IFF_TAP) == 0 ? "TUN" : "TAP", name, Native.errno());
            }
        }
    }

    private static LinuxException cannotAttach(String kind, String name, int errno) {
        String device = kind + " device " + name;
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES ->
                new LinuxException("No permission to create " + device + ": run as root or with CAP_NET_ADMIN", errno);
            case Errno.EBUSY ->
                new LinuxException(
                        device + " is in use by another process: stop that process or choose another name", errno);
            case Errno.EINVAL ->
                new LinuxException(
                        "The name " + name + " belongs to an interface that is not such a " + kind
                                + " device: delete it" + " with \"ip link delete " + name + "\" or choose another name",
                        errno);
            default -> Native.failure("Cannot create " + device, errno);
        };
    }

    private static void setInt(int fd, long request, int value, String sentence) {
        try (NativeBuffer argument = NativeBuffer.allocate(Integer.BYTES)) {
            argument.putInt(0, value);
            Native.check(Native.C.ioctl(fd, request, argument.address()), sentence);
        }
    }
}
