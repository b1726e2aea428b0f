/** The way on which xTRs tell each other of moves: signed, retransmitted messages over UDP. Knows nothing of what they mean. */
@NullMarked
package io.godwit.xtr.control.mobility.channel;

import org.jspecify.annotations.NullMarked;
