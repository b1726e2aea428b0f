package io.godwit.linux;

/** Offloads asked of a TUN device; {@link TunDevice#offloads()} tells what the kernel gave. */
public record TunOffloads(boolean checksum, boolean tso, boolean uso) {
    public static final TunOffloads NONE = new TunOffloads(false, false, false);
}
