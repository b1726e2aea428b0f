/** Control-plane datagrams and timers: Netty epoll, and an in-memory network with virtual time for tests. */
@NullMarked
package io.godwit.daemon.net;

import org.jspecify.annotations.NullMarked;
