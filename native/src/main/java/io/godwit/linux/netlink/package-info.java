/**
 * rtnetlink without a shell (rtnetlink(7), linux/Documentation/userspace-api/netlink). {@code NetlinkMessage} writes and reads a message, {@code
 * NetlinkSocket} sends one and hears the answer, and a class for each kind of object knows its layout. Numbers are in the host's byte
 * order, addresses in network order.
 */
@NullMarked
package io.godwit.linux.netlink;

import org.jspecify.annotations.NullMarked;
