@NullMarked
package io.godwit.lab.traffic;

import org.jspecify.annotations.NullMarked;
