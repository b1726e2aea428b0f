@NullMarked
package io.godwit.daemon.net.memory;

import org.jspecify.annotations.NullMarked;
