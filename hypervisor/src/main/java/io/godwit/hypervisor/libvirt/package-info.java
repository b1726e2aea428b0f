/** libvirt: what it tells of domains, and how it is asked. Only one class here knows its library, which may be missing. */
@NullMarked
package io.godwit.hypervisor.libvirt;

import org.jspecify.annotations.NullMarked;
