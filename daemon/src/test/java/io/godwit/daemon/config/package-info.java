@NullMarked
package io.godwit.daemon.config;

import org.jspecify.annotations.NullMarked;
