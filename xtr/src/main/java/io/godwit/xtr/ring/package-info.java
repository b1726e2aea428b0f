/**
 * What the stages of both directions stand on: rings whose slots are the packet buffers, threads that drive stages along them, and the parking lot for
 * packets whose entry is not there yet.
 *
 * <p>One direction is one ring with a single producer (stage 1) and a sequence for each later stage. A {@linkplain
 * io.godwit.xtr.ring.ThreadPlan thread plan} only says which neighbours share a thread; the stages are the same. A hop hands over a batch.
 *
 * <p>Stages 1 and 2 always share a thread: it owns the parking lot, reads the forwarding table, and puts released packets back into the ring as the
 * producer. Later stages work from what stage 2 left in the slot.
 */
@NullMarked
package io.godwit.xtr.ring;

import org.jspecify.annotations.NullMarked;
