/** The map-resolver's configuration file. */
@NullMarked
package io.godwit.mapresolver.config;

import org.jspecify.annotations.NullMarked;
