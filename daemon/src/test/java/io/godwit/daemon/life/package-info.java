@NullMarked
package io.godwit.daemon.life;

import org.jspecify.annotations.NullMarked;
