@NullMarked
package io.godwit.lab.stampede;

import org.jspecify.annotations.NullMarked;
