@NullMarked
package io.godwit.lab.arch;

import org.jspecify.annotations.NullMarked;
