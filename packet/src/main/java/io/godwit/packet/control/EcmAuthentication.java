package io.godwit.packet.control;

import io.godwit.packet.address.Octets;

/** Authentication data of an ECM, between its header and the inner packet when S = 1. */
public sealed interface EcmAuthentication permits EcmAuthentication.LispSec, EcmAuthentication.MapServerToRtr {

    /**
     * AD type 1 (RFC 9303 section 6.1).
     *
     * <pre>
     * |   AD Type     |  Unassigned   |        Requested HMAC ID      |
     * |              OTK Length       |   Key ID      | OTK Wrap. ID  |
     * |                       One-Time-Key Preamble (64)              |
     * |                          One-Time Key (128)                   |
     * |                            EID-AD ...                         |
     * </pre>
     *
     * @param requestedHmacId 0 for no preference
     * @param keyId of the secret that wraps the key
     * @param wrappingId 1 none, 2 AES-KEY-WRAP-128+HKDF-SHA256
     * @param preamble first 64 bits of the wrapped key, 0 when it is not wrapped
     * @param key 16 octets
     */
    record LispSec(int requestedHmacId, int keyId, int wrappingId, long preamble, Octets key, EidAuthentication eid)
            implements EcmAuthentication {}

    /**
     * AD type 2, on Map-Notifies from a map-server through an RTR (draft-ermagan-lisp-nat-traversal section 4.4).
     *
     * <pre>
     * |   AD Type     |                   Reserved                    |
     * |        MS-RTR Key ID          |  MS-RTR Auth. Data Length     |
     * ~                     MS-RTR Auth. Data                         ~
     * </pre>
     *
     * @param keyId 16 bits
     */
    record MapServerToRtr(int keyId, Octets mac) implements EcmAuthentication {}
}
