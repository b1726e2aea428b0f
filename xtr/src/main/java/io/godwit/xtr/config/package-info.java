/** The configuration file of the tunnel router, checked. */
@NullMarked
package io.godwit.xtr.config;

import org.jspecify.annotations.NullMarked;
