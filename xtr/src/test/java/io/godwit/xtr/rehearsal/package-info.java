/** Tests. */
@NullMarked
package io.godwit.xtr.rehearsal;

import org.jspecify.annotations.NullMarked;
