@NullMarked
package io.godwit.daemon.management;

import org.jspecify.annotations.NullMarked;
