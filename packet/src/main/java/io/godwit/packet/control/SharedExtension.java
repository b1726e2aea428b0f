package io.godwit.packet.control;

import io.godwit.packet.address.Octets;

/**
 * LISP Shared Extension Message (RFC 9304 section 2). No sub-type is known here: receivers ignore it.
 *
 * <pre>
 * |Type=15|        Sub-type       |   extension-specific          |
 * </pre>
 *
 * @param subType 12 bits
 * @param content the octets from the third on
 */
public record SharedExtension(int subType, Octets content) implements OptionalMessage {}
