package io.godwit.mapserver.registration;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.RefusalReason;
import io.godwit.mapserver.site.Refusals;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapRegister;
import java.util.Optional;
import org.agrona.DirectBuffer;

/** Whose a Map-Register is: the site that it names, the key it names, the MAC, the Site-ID and the nonce (RFC 9301 section 8.2). */
final class RegisterAuthentication {
    private final Sites sites;
    private final ControlSender out;
    private final Counters<Counter> counters;
    private final Refusals refusals;
    private final ReplayGuard replays;
    private MovementPolicy policy = MovementPolicy.NONE;

    RegisterAuthentication(
            Sites sites, ControlSender out, Counters<Counter> counters, Refusals refusals, ReplayGuard replays) {
        this.sites = sites;
        this.out = out;
        this.counters = counters;
        this.refusals = refusals;
        this.replays = replays;
    }

    void policy(MovementPolicy newPolicy) {
        policy = newPolicy;
    }

    /** Empty when it is refused. */
    Optional<Authentic> check(MapRegister register, DirectBuffer buffer, int offset, int length, Endpoint source) {
        Optional<Site> owner = owner(register);
        if (owner.isEmpty()) {
            return refused(Refusals.NO_SITE, RefusalReason.UNKNOWN_SITE, source, register);
        }
        Optional<RefusalReason> bad = refusal(owner.get(), register, buffer, offset, length);
        Optional<Site> site = bad.isEmpty() ? owner : host(register, buffer, offset, length);
        if (site.isEmpty()) {
            return refused(owner.get().name(), bad.orElseThrow(), source, register);
        }
        return fresh(register, site.get(), source);
    }

    /** Why it is not the site's; empty when it is. */
    private Optional<RefusalReason> refusal(
            Site site, MapRegister register, DirectBuffer buffer, int offset, int length) {
        Optional<AuthenticationKey> key = site.key(register.authentication());
        if (key.isEmpty()) {
            return Optional.of(RefusalReason.UNKNOWN_KEY);
        }
        if (!out.verify(buffer, offset, length, key.get())) {
            return Optional.of(RefusalReason.WRONG_AUTHENTICATION);
        }
        return hasOtherSiteId(register, site) ? Optional.of(RefusalReason.WRONG_SITE_ID) : Optional.empty();
    }

    /** The site that signed it, among those that may have what belongs to another. */
    private Optional<Site> host(MapRegister register, DirectBuffer buffer, int offset, int length) {
        for (Site site : policy.hosts()) {
            if (refusal(site, register, buffer, offset, length).isEmpty()) {
                return Optional.of(site);
            }
        }
        return Optional.empty();
    }

    private Optional<Authentic> fresh(MapRegister register, Site site, Endpoint source) {
        String name = site.name();
        XtrKey xtr = XtrKey.of(register.identity(), source.address());
        boolean repeated = false;
        if (site.replayProtection()) {
            switch (replays.check(name, xtr, register)) {
                case FRESH -> {}
                case REPEATED -> {
                    counters.increment(Counter.MAP_REGISTERS_REPEATED);
                    repeated = true;
                }
                case REPLAYED -> {
                    return refused(name, RefusalReason.REPLAYED, source, register);
                }
            }
        }
        AuthenticationKey key = site.key(register.authentication()).orElseThrow();
        return Optional.of(new Authentic(registrant(register, xtr, site, key, source), repeated));
    }

    /** The site of the first record that lies in any site's prefix; the others must be the same site's, or ones that it may have. */
    private Optional<Site> owner(MapRegister register) {
        for (EidRecord record : register.records()) {
            Optional<Site> site = record.eid() instanceof DistinguishedName name
                    ? sites.owner(name)
                    : EidPrefix.of(record.eid(), record.maskLength())
                            .flatMap(sites::owner)
                            .map(Sites.Owner::site);
            if (site.isPresent()) {
                return site;
            }
        }
        return Optional.empty();
    }

    private static boolean hasOtherSiteId(MapRegister register, Site site) {
        return site.siteId().isPresent()
                && register.identity().isPresent()
                && register.identity().get().siteId() != site.siteId().get();
    }

    static Registrant registrant(MapRegister register, XtrKey xtr, Site site, AuthenticationKey key, Endpoint source) {
        return new Registrant(
                xtr,
                site,
                key,
                source,
                site.proxyReply().orElse(register.has(MapRegister.Flag.PROXY_REPLY)),
                register.has(MapRegister.Flag.MERGE),
                register.has(MapRegister.Flag.WANT_MAP_NOTIFY),
                register.has(MapRegister.Flag.USE_TTL));
    }

    private Optional<Authentic> refused(String site, RefusalReason reason, Endpoint source, MapRegister register) {
        String of = register.records().isEmpty()
                ? "nothing"
                : Registrar.name(register.records().getFirst());
        refusals.refuse(site, reason, source, "Map-Register of " + of);
        return Optional.empty();
    }
}
