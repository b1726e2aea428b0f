package io.godwit.mapserver.site;

import io.godwit.daemon.config.KeyConfig;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import io.godwit.mapping.NameTable;
import io.godwit.mapserver.config.PrefixConfig;
import io.godwit.mapserver.config.SiteConfig;
import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.control.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which EID-prefixes belong to which site. */
public final class Sites {
    private final List<Site> sites = new ArrayList<>();
    private final EidTable<Grant> grants = EidTable.create();
    private final NameTable<Site> names = new NameTable<>();

    /** What a site may register under a prefix. */
    private record Grant(EidPrefix prefix, Site site, boolean moreSpecifics, Action unregistered) {}

    /**
     * A configured prefix and whose it is.
     *
     * @param unregistered what ITRs do with packets to what nobody has registered
     */
    public record Owner(EidPrefix prefix, Site site, Action unregistered) {}

    /** Reads the keys: throws {@link IllegalArgumentException} with a sentence that names the file. */
    public static Sites of(List<SiteConfig> configs) {
        Sites sites = new Sites();
        for (SiteConfig config : configs) {
            Site site = new Site(
                    config.name(),
                    config.siteId(),
                    config.keys().stream().map(KeyConfig::read).toList(),
                    config.replayProtection(),
                    config.proxyReply(),
                    config.subscribe());
            sites.add(site, config.prefixes());
            config.names().forEach(name -> sites.add(site, name));
        }
        return sites;
    }

    public void add(Site site, List<PrefixConfig> prefixes) {
        sites.add(site);
        for (PrefixConfig prefix : prefixes) {
            grants.put(
                    prefix.eid(),
                    new Grant(
                            prefix.eid(),
                            site,
                            prefix.acceptMoreSpecifics(),
                            prefix.unregistered().action()));
        }
    }

    /** Lets the site register the distinguished name and those that begin with it. */
    public void add(Site site, String name) {
        names.put(name, site);
    }

    /** Whose the longest configured beginning of the name is. */
    public Optional<Site> owner(DistinguishedName name) {
        return names.longestMatch(name.name()).map(Map.Entry::getValue);
    }

    /** Every prefix configured. */
    public List<EidPrefix> prefixes() {
        List<EidPrefix> all = new ArrayList<>();
        grants.forEach((prefix, grant) -> all.add(prefix));
        return all;
    }

    public List<Site> all() {
        return List.copyOf(sites);
    }

    public Optional<Site> named(String name) {
        return sites.stream().filter(site -> site.name().equals(name)).findFirst();
    }

    /** The site that has this Site-ID. */
    public Optional<Site> withSiteId(long siteId) {
        for (Site site : sites) {
            if (site.siteId().isPresent() && site.siteId().get() == siteId) {
                return Optional.of(site);
            }
        }
        return Optional.empty();
    }

    /** The longest configured prefix that covers {@code eid}. */
    public Optional<Owner> owner(EidPrefix eid) {
        Grant grant = grants.longestMatchValue(eid);
        return grant == null
                ? Optional.empty()
                : Optional.of(new Owner(grant.prefix(), grant.site(), grant.unregistered()));
    }

    /** Whether {@code site} may register {@code prefix}: it is configured, or lies in one that accepts more-specifics. */
    public boolean mayRegister(Site site, EidPrefix prefix) {
        Grant grant = grants.longestMatchValue(prefix);
        return grant != null
                && grant.site().equals(site)
                && (grant.moreSpecifics() || grant.prefix().equals(prefix));
    }

    /** The widest prefix around {@code eid} that touches no configured one (RFC 9301 section 8.4). */
    public Optional<EidPrefix> hole(EidPrefix eid) {
        return grants.hole(eid);
    }
}
