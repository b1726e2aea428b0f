@NullMarked
package io.godwit.hypervisor.libvirt;

import org.jspecify.annotations.NullMarked;
