@NullMarked
package io.godwit.lab.config;

import org.jspecify.annotations.NullMarked;
