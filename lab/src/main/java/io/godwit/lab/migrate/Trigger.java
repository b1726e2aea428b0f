package io.godwit.lab.migrate;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What tells the tunnel routers that the guest moves. */
enum Trigger {
    /** An agent beside each QEMU, which hears its events. */
    QMP(5),
    /** An agent beside each libvirtd, which hears its events. */
    LIBVIRT(5),
    /** QEMU announces the guest when it runs again. */
    RARP(5),
    /** Nothing but the guest's own packets. */
    DATA(0);

    private final int announcements;

    Trigger(int announcements) {
        this.announcements = announcements;
    }

    static Trigger of(String text) {
        for (Trigger trigger : values()) {
            if (trigger.text().equals(text)) {
                return trigger;
            }
        }
        throw new IllegalArgumentException("--trigger is "
                + Arrays.stream(values()).map(Trigger::text).collect(Collectors.joining(" or ")) + ", not " + text);
    }

    /** Agents tell them. */
    boolean isTold() {
        return this == QMP || this == LIBVIRT;
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** QEMU's announcements after a migration. */
    int announcements() {
        return announcements;
    }
}
