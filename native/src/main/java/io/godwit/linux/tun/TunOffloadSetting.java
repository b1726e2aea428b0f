package io.godwit.linux.tun;

import io.godwit.linux.TunOffloads;
import io.godwit.linux.ffi.Native;

/** TUNSETOFFLOAD: asks for what is wanted, then for less and less until the kernel agrees. */
final class TunOffloadSetting {
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final int TUN_F_CSUM = 0x01;
    private static final int TUN_F_TSO4_AND_6 = 0x06;
    /** Both or neither: the kernel refuses one alone (Linux 6.2 and later). */
    private static final int TUN_F_USO4_AND_6 = 0x60;

    private TunOffloadSetting() {}

    /** Returns what the kernel gave. Segmentation needs the checksum offload. */
    static TunOffloads apply(int fd, TunOffloads wanted) {
        boolean tso = wanted.tso() && wanted.checksum();
        boolean uso = wanted.uso() && wanted.checksum();
        TunOffloads[] steps = {
            new TunOffloads(wanted.checksum(), tso, uso),
            new TunOffloads(wanted.checksum(), tso, false),
            new TunOffloads(wanted.checksum(), false, false),
        };
        for (TunOffloads step : steps) {
            if (Native.C.ioctl(fd, TUNSETOFFLOAD, bits(step)) >= 0) {
                return step;
            }
        }
        return TunOffloads.NONE;
    }

    private static int bits(TunOffloads offloads) {
        return (offloads.checksum() ? TUN_F_CSUM : 0)
                | (offloads.tso() ? TUN_F_TSO4_AND_6 : 0)
                | (offloads.uso() ? TUN_F_USO4_AND_6 : 0);
    }
}
