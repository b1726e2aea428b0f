@NullMarked
package io.godwit.daemon.observe;

import org.jspecify.annotations.NullMarked;
