package io.godwit.mapserver.ddt;

import io.godwit.daemon.config.ReferralKeyFiles;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import io.godwit.mapserver.config.DdtConfig;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.Octets;
import io.godwit.packet.address.SecurityKey;
import io.godwit.packet.control.MapReferral.Referral;
import io.godwit.packet.control.ReferralAction;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.referral.ReferralKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where an EID can be asked for, as a Map-Referral says it (RFC 8111 sections 6.1 and 7). */
public final class DdtNode {
    /** Minutes of the record TTLs. */
    private static final int REFERRAL_MINUTES = 1440;

    private static final int HOLE_MINUTES = 15;
    private static final int NOT_REGISTERED_MINUTES = 1;

    private final Sites sites;
    private final MappingDatabase database;
    private final List<IpAddress> peers;
    private final EidTable<Boolean> authoritative = EidTable.create();
    private final EidTable<Referral> delegations = EidTable.create();
    private final EidTable<Referral> hints = EidTable.create();
    /** Everything within the authoritative prefixes that is not a hole. */
    private final EidTable<Boolean> taken = EidTable.create();

    public DdtNode(DdtConfig config, Sites sites, MappingDatabase database) {
        this.sites = sites;
        this.database = database;
        peers = config.peers();
        config.authoritative().forEach(prefix -> authoritative.put(prefix, true));
        config.hints().forEach(hint -> hints.put(hint.eid(), hinted(hint)));
        for (DdtConfig.Delegation delegation : config.delegations()) {
            delegations.put(delegation.eid(), delegated(delegation));
            taken.put(delegation.eid(), true);
        }
        sites.prefixes().forEach(prefix -> taken.put(prefix, true));
    }

    /** @param own the address that the request came to */
    public Referral refer(EidPrefix eid, IpAddress own) {
        Optional<EidTable.Entry<Referral>> delegation = delegations.longestMatch(eid);
        Optional<Sites.Owner> owner = sites.owner(eid);
        if (owner.isPresent() && isMoreSpecific(owner.get(), delegation)) {
            return ofSite(eid, owner.get(), own);
        }
        if (delegation.isPresent()) {
            return delegation.get().value();
        }
        Optional<EidTable.Entry<Boolean>> mine = authoritative.longestMatch(eid);
        if (mine.isPresent()) {
            EidPrefix hole = taken.holeWithin(mine.get().prefix(), eid).orElse(eid);
            return referral(HOLE_MINUTES, hole, ReferralAction.DELEGATION_HOLE, true, false, List.of());
        }
        return hints.longestMatch(eid)
                .map(EidTable.Entry::value)
                .orElseGet(() -> referral(0, eid, ReferralAction.NOT_AUTHORITATIVE, false, true, List.of()));
    }

    private static boolean isMoreSpecific(Sites.Owner owner, Optional<EidTable.Entry<Referral>> delegation) {
        return delegation.isEmpty()
                || owner.prefix().length() >= delegation.get().prefix().length();
    }

    private static Referral delegated(DdtConfig.Delegation to) {
        ReferralAction action = to.mapServers().isEmpty() ? ReferralAction.NODE_REFERRAL : ReferralAction.MS_REFERRAL;
        List<IpAddress> all =
                Stream.concat(to.nodes().stream(), to.mapServers().stream()).toList();
        return referral(REFERRAL_MINUTES, to.eid(), action, true, false, withKeys(all, to.publicKeys()));
    }

    private static Referral hinted(DdtConfig.Hint to) {
        List<LispAddress> targets = withKeys(to.nodes(), to.publicKeys());
        return referral(REFERRAL_MINUTES, to.eid(), ReferralAction.NODE_REFERRAL, false, false, targets);
    }

    /** Each with the keys that verify what it signs (RFC 8111 section 10.1). Throws {@link IllegalArgumentException} naming a bad file. */
    private static List<LispAddress> withKeys(List<IpAddress> targets, List<Path> files) {
        List<Octets> keys = ReferralKeyFiles.readPublic(files).stream()
                .map(ReferralKey::material)
                .toList();
        return targets.stream()
                .map(target -> keys.isEmpty() ? target : new SecurityKey(ReferralKey.RSA_SHA256, false, keys, target))
                .toList();
    }

    private Referral ofSite(EidPrefix eid, Sites.Owner owner, IpAddress own) {
        boolean incomplete = peers.isEmpty();
        List<IpAddress> servers = incomplete ? List.of(own) : peers;
        if (database.lookup(eid).isPresent()) {
            return referral(REFERRAL_MINUTES, owner.prefix(), ReferralAction.MS_ACK, true, incomplete, servers);
        }
        EidPrefix hole = database.holeWithin(owner.prefix(), eid).orElse(eid);
        return referral(NOT_REGISTERED_MINUTES, hole, ReferralAction.MS_NOT_REGISTERED, true, incomplete, servers);
    }

    private static Referral referral(
            int ttlMinutes,
            EidPrefix prefix,
            ReferralAction action,
            boolean authoritativeAnswer,
            boolean incomplete,
            List<? extends LispAddress> targets) {
        return new Referral(
                ttlMinutes,
                prefix.length(),
                action,
                authoritativeAnswer,
                incomplete,
                0,
                prefix.toAddress(),
                targets.stream()
                        .map(target -> RlocRecord.unicast(target, 1, 100, false))
                        .toList(),
                List.of());
    }
}
