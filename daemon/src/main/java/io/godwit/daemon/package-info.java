/** What every daemon shares. */
@NullMarked
package io.godwit.daemon;

import org.jspecify.annotations.NullMarked;
