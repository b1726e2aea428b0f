@NullMarked
package io.godwit.hypervisor.replay;

import org.jspecify.annotations.NullMarked;
