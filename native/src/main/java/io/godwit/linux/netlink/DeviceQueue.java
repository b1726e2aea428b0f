package io.godwit.linux.netlink;

import io.godwit.linux.Errno;

/**
 * What packets wait in for a device.
 *
 * <pre>
 *   struct tcmsg:  0 family   4 interface (32)   8 handle (32)   12 parent (32)   16 info (32)
 * </pre>
 */
public final class DeviceQueue {
    private static final int RTM_NEWQDISC = 36;
    private static final int FIXED_LENGTH = 20;
    private static final int INTERFACE = 4;
    private static final int PARENT = 12;
    private static final int TC_H_ROOT = -1;
    private static final int TCA_KIND = 1;

    private DeviceQueue() {}

    /**
     * Packets go straight into the queue of the device, which holds {@code packets} at the most. A queueing discipline that somebody has chosen for it stays; that of
     * a kernel without any is not missed.
     *
     * @throws io.godwit.linux.LinuxException when the kernel refuses, e.g. for want of a permission
     */
    public static void straighten(int interfaceIndex, int packets) {
        try (NetlinkSocket socket = new NetlinkSocket(0)) {
            socket.change(
                    LinkMessages.setQueueLength(interfaceIndex, packets),
                    "Cannot set the queue length of interface " + interfaceIndex);
            socket.change(
                    withoutDiscipline(interfaceIndex),
                    "Cannot take the queueing discipline from interface " + interfaceIndex,
                    Errno.EEXIST,
                    Errno.ENOENT,
                    Errno.EOPNOTSUPP);
        }
    }

    private static NetlinkMessage withoutDiscipline(int interfaceIndex) {
        int flags = NetlinkMessage.NLM_F_ACK | NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCLUSIVE;
        return NetlinkMessage.request(RTM_NEWQDISC, flags, FIXED_LENGTH)
                .number(INTERFACE, interfaceIndex)
                .number(PARENT, TC_H_ROOT)
                .attribute(TCA_KIND, "noqueue");
    }
}
