/** What the forwarding path counts: one enum of counters, one of drop reasons, a block of values for each data thread. */
@NullMarked
package io.godwit.xtr.observe;

import org.jspecify.annotations.NullMarked;
