/** The mapping database: one writer, no clock of its own, every change an event. */
@NullMarked
package io.godwit.mapserver.database;

import org.jspecify.annotations.NullMarked;
