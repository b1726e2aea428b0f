/** {@code lab/demo}: a VM moves between two clouds under traffic. */
@NullMarked
package io.godwit.lab.demo;

import org.jspecify.annotations.NullMarked;
