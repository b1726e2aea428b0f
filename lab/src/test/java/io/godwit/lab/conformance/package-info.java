@NullMarked
package io.godwit.lab.conformance;

import org.jspecify.annotations.NullMarked;
