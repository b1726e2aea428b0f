/**
 * A packet's way out of the tunnel to the site (RFC 9300: the ETR).
 *
 * <ol>
 *   <li>{@link io.godwit.xtr.ingress.Receive}: a batch of datagrams from the data port of each own RLOC, straight into slots; parked packets that may
 *       go come in here again.
 *   <li>{@link io.godwit.xtr.ingress.Validate}: lengths, flags, instance, inner header, source; then what the forwarding table wants done with
 *       the packet. Every drop has a counted reason.
 *   <li>{@link io.godwit.xtr.ingress.Decap}: TTL, DSCP and ECN into the inner header; and, for an EID that has moved away, encapsulation again.
 *   <li>{@link io.godwit.xtr.ingress.Deliver}: to the TUN device of the instance, or on to another RLOC.
 * </ol>
 */
@NullMarked
package io.godwit.xtr.ingress;

import org.jspecify.annotations.NullMarked;
