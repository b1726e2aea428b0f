@NullMarked
package io.godwit.lab.api;

import org.jspecify.annotations.NullMarked;
