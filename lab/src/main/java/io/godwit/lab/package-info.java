/** Network-namespace labs: the whole system under traffic. */
@NullMarked
package io.godwit.lab;

import org.jspecify.annotations.NullMarked;
