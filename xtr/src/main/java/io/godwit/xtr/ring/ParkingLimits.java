package io.godwit.xtr.ring;

/**
 * How much may be parked, for all parking lots together.
 *
 * @param bytes of packet memory; only what is used becomes resident
 * @param eids that may have packets parked at a time
 * @param packetsPerMiss for one EID without a usable entry
 * @param packetsPerArriving for one EID on its way here
 * @param missMillis how long a packet waits for a mapping
 * @param arrivingMillis how long a packet waits for an EID on its way here
 * @param resendMillis how long at the most what was delivered to hosts that may move is good for, see {@link DeliveredLately}; 0 keeps nothing
 */
public record ParkingLimits(
        long bytes,
        int eids,
        int packetsPerMiss,
        int packetsPerArriving,
        int missMillis,
        int arrivingMillis,
        int resendMillis) {
    private static final int MIN_BYTES = 1 << 16;
    private static final int MIN_EIDS = 2;
    public static final ParkingLimits DEFAULT = new ParkingLimits(64 << 20, 16_384, 1024, 4096, 3_000, 10_000, 0);

    /** What each of {@code lots} may park. */
    public ParkingLimits shared(int lots) {
        return new ParkingLimits(
                Math.max(bytes / lots, MIN_BYTES),
                Math.max(eids / lots, MIN_EIDS),
                packetsPerMiss,
                packetsPerArriving,
                missMillis,
                arrivingMillis,
                resendMillis);
    }

    public ParkingLimits {
        if (bytes < MIN_BYTES || eids < MIN_EIDS || packetsPerMiss < 0 || packetsPerArriving < 0) {
            throw new IllegalArgumentException("parking needs at least 64 KiB, two EIDs and no negative packet limit");
        }
        if (missMillis < 1 || arrivingMillis < 1) {
            throw new IllegalArgumentException("parked packets must live for at least a millisecond");
        }
    }
}
