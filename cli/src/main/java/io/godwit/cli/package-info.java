/** The {@code godwit} command: a client of the daemons' management API, and of the mapping system. */
@NullMarked
package io.godwit.cli;

import org.jspecify.annotations.NullMarked;
