package io.godwit.packet.control;

/**
 * Where the data of LISP-SEC stand in an encoded Map-Reply (RFC 9303 section 6.2), absolute in its buffer.
 *
 * @param eidData the EID-AD's first octet
 * @param eidHmac the EID HMAC's first octet, its last being the EID-AD's last
 * @param packetHmac the PKT HMAC's first octet
 */
public record SecurityOffsets(int eidData, int eidHmac, int packetHmac) {}
