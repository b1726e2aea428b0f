package io.godwit.packet.address;

/**
 * An AFI-coded address of a control message (RFC 9301 section 5.4, RFC 8060). Values are immutable; {@link #toString()} is the
 * canonical text form that {@link AddressText#parse} reads back.
 */
public sealed interface LispAddress permits NoAddress, IpAddress, MacAddress, DistinguishedName, Lcaf {}
