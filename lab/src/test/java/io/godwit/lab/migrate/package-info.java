@NullMarked
package io.godwit.lab.migrate;

import org.jspecify.annotations.NullMarked;
