/** What becomes of the records that taps make of packets: traces and captures. Off the forwarding path. */
@NullMarked
package io.godwit.xtr.observe.tap;

import org.jspecify.annotations.NullMarked;
