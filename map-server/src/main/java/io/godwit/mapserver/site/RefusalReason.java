package io.godwit.mapserver.site;

/** Why a Map-Register, or one of its records, was refused. */
public enum RefusalReason {
    UNKNOWN_SITE("no site has its EID-prefixes: add them to a site, or correct the xTR's database"),
    UNKNOWN_KEY("the site has no key with this key-id and algorithm: compare the keys of both sides"),
    WRONG_AUTHENTICATION("its authentication is wrong: both sides must hold the same secret"),
    WRONG_SITE_ID("it carries another Site-ID than the site's"),
    REPLAYED("its nonce is not above the last one: a replay, or an xTR that needs replay-protection: false"),
    PREFIX_NOT_ALLOWED("the site may not register this EID-prefix: add it, or accept-more-specifics, to the site"),
    OLD_VERSION("its map-version is older than the registered one: all xTRs of a site must have the same (RFC 9302)"),
    POLICY("the movement policy does not let this site have the EID-prefix now: the event move-refused says why"),
    TABLE_FULL("the mapping database is full: raise limits.mappings");

    private final String sentence;

    RefusalReason(String sentence) {
        this.sentence = sentence;
    }

    /** What it means and what to do. */
    public String sentence() {
        return sentence;
    }
}
