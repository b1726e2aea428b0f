@NullMarked
package io.godwit.xtr.config;

import org.jspecify.annotations.NullMarked;
