@NullMarked
package io.godwit.cli.output;

import org.jspecify.annotations.NullMarked;
