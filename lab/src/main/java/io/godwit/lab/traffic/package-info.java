/** Numbered traffic, and what became of it. Endpoints write into mapped files that the lab reads while they run. */
@NullMarked
package io.godwit.lab.traffic;

import org.jspecify.annotations.NullMarked;
