package io.godwit.xtr.ingress;

import io.godwit.mapping.EidPrefix;
import java.util.List;

/**
 * Whom to believe what (RFC 9300 section 4.1: nobody anything on the public Internet).
 *
 * @param rlocs the RLOCs of trusted peers; none: trusted mode is off
 * @param echoNonce whether their nonces are looked at
 * @param statusBits whether their Locator-Status-Bits are looked at
 * @param mapVersions whether their map-versions are checked (RFC 9302)
 * @param gleans whether it is learned where sources are that have no mapping here
 */
public record Trust(List<EidPrefix> rlocs, boolean echoNonce, boolean statusBits, boolean mapVersions, boolean gleans) {
    public static final Trust NONE = new Trust(List.of(), false, false, false, false);

    public Trust {
        rlocs = List.copyOf(rlocs);
    }

    boolean isOff() {
        return rlocs.isEmpty() || !(echoNonce || statusBits || mapVersions || gleans);
    }
}
