/** The map-server's configuration file. */
@NullMarked
package io.godwit.mapserver.config;

import org.jspecify.annotations.NullMarked;
