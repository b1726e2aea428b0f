/** Packets that a guest did not get because it was stopped, sent again to where it goes. */
@NullMarked
package io.godwit.hypervisor.replay;

import org.jspecify.annotations.NullMarked;
