@NullMarked
package io.godwit.daemon.net;

import org.jspecify.annotations.NullMarked;
