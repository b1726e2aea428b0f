@NullMarked
package io.godwit.cli.lig;

import org.jspecify.annotations.NullMarked;
