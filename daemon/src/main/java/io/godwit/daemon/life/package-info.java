/** The life of a daemon: command line, start, readiness, signals, stop. */
@NullMarked
package io.godwit.daemon.life;

import org.jspecify.annotations.NullMarked;
