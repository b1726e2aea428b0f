package io.godwit.linux.netlink;

import io.godwit.linux.Errno;
import io.godwit.linux.Netlink.Link;
import io.godwit.linux.Netlink.LinkEvent;
import io.godwit.linux.Pollable;
import io.godwit.linux.Poller;
import io.godwit.linux.poll.EpollPoller;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Hears RTNLGRP_LINK on a thread of its own. When the kernel had to drop events, it compares the list of links with what it knew. */
final class LinkMonitor implements AutoCloseable, Pollable {
    private static final int RTMGRP_LINK = 1;

    private final NetlinkSocket socket = new NetlinkSocket(RTMGRP_LINK);
    private final Poller poller = new EpollPoller(List.of(this));
    private final Map<Integer, Link> known = new HashMap<>();
    private final Supplier<List<Link>> lister;
    private final Consumer<LinkEvent> listener;
    private final Thread thread = new Thread(this::run, "godwit-link-monitor");
    private volatile boolean closing;
    private boolean released;

    LinkMonitor(Supplier<List<Link>> lister, Consumer<LinkEvent> listener) {
        this.lister = lister;
        this.listener = listener;
        lister.get().forEach(link -> known.put(link.index(), link));
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public int fd() {
        return socket.fd();
    }

    private void run() {
        try {
            while (!closing) {
                poller.await(-1);
                if (!closing && socket.receive(this::read) == Errno.ENOBUFS) {
                    compare();
                }
            }
        } finally {
            release();
        }
    }

    private synchronized void release() {
        closing = true;
        released = true;
        poller.close();
        socket.close();
    }

    private void read(NetlinkMessage message) {
        boolean removed = message.type() == LinkMessages.RTM_DELLINK;
        LinkMessages.decode(message).ifPresent(link -> tell(link, removed));
    }

    private void tell(Link link, boolean removed) {
        if (removed) {
            known.remove(link.index());
        } else {
            known.put(link.index(), link);
        }
        listener.accept(new LinkEvent(link, removed));
    }

    private void compare() {
        List<Link> before = List.copyOf(known.values());
        List<Link> now = lister.get();
        now.forEach(link -> tell(link, false));
        before.stream()
                .filter(old -> now.stream().noneMatch(link -> link.index() == old.index()))
                .forEach(gone -> tell(gone, true));
    }

    /** Waits for the thread to end, unless the listener itself closes. */
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            if (!released) {
                poller.wakeUp();
            }
        }
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
