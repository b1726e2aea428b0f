@NullMarked
package io.godwit.hypervisor.agent;

import org.jspecify.annotations.NullMarked;
