@NullMarked
package io.godwit.xtr.ingress;

import org.jspecify.annotations.NullMarked;
