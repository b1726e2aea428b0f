/** JSON as tables that network engineers know. */
@NullMarked
package io.godwit.cli.output;

import org.jspecify.annotations.NullMarked;
