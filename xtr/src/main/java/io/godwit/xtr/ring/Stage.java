package io.godwit.xtr.ring;

/** One step of a packet's way. Hot: no allocation, locks, logging or exceptions; every drop has a counted reason. */
public interface Stage {
    /** Takes the slots {@code first..last} one step on, at most {@link PacketRing#batch} of them. */
    void process(PacketRing ring, long first, long last);
}
