/** The management API: JSON over HTTP on a Unix socket. */
@NullMarked
package io.godwit.daemon.management;

import org.jspecify.annotations.NullMarked;
