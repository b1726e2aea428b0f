/**
 * A packet's way from the site into the tunnel (RFC 9300: the ITR).
 *
 * <ol>
 *   <li>{@link io.godwit.xtr.egress.Intake}: reads a TUN device straight into a slot; parked packets that may go come in here again.
 *   <li>{@link io.godwit.xtr.egress.Lookup}: checks the inner header, completes its checksum, finds the forwarding entry and the locator; a
 *       miss is told to the control plane and the packet parked, not dropped.
 *   <li>{@link io.godwit.xtr.egress.Encap}: writes the LISP header, copies TTL, DSCP and ECN, splits or refuses what exceeds the tunnel MTU.
 *   <li>{@link io.godwit.xtr.egress.Transmit}: sends from the socket that the flow hash gives, one flush a batch.
 * </ol>
 *
 * The kernel routed the packet to the TUN device and has already decremented its TTL: the outer TTL is the inner one as it is.
 */
@NullMarked
package io.godwit.xtr.egress;

import org.jspecify.annotations.NullMarked;
