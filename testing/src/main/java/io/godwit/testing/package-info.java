/** What tests share. Never on a daemon's class path. */
@NullMarked
package io.godwit.testing;

import org.jspecify.annotations.NullMarked;
