package io.godwit.mapresolver.ddt;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.referral.ReferralKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A Map-Request on its way down the tree. Changed by {@link DdtClient} only. */
final class Pursuit {
    final EidPrefix eid;
    final IpAddress itr;
    /** Of the latest request for it. */
    long nonce;

    Endpoint replyTo;
    /** The inner packet as it came. */
    byte[] packet;

    /** Of the last referral; empty at the root. */
    Optional<EidPrefix> referred = Optional.empty();

    List<IpAddress> targets = List.of();
    /** That verify what the targets say; none when nothing is to be verified. */
    List<ReferralKey> keys = List.of();
    /** A target's signature was refused: perhaps the keys are of yesterday. */
    boolean refused;

    int sent;
    boolean throughRoot;
    int referrals;
    Timers.@Nullable Timer timer;

    Pursuit(EidPrefix eid, IpAddress itr, long nonce, Endpoint replyTo, byte[] packet) {
        this.eid = eid;
        this.itr = itr;
        this.nonce = nonce;
        this.replyTo = replyTo;
        this.packet = packet;
    }

    /** The one asked last. */
    IpAddress asked() {
        return targets.get((sent - 1) % targets.size());
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
