@NullMarked
package io.godwit.xtr.egress;

import org.jspecify.annotations.NullMarked;
