package io.godwit.mapserver.config;

import io.godwit.mapping.EidPrefix;

/**
 * An EID-prefix that a site may register.
 *
 * @param acceptMoreSpecifics also what lies within it: the hosts of a prefix whose hosts move
 */
public record PrefixConfig(EidPrefix eid, boolean acceptMoreSpecifics) {}
