/** The configuration file of the agent, checked. */
@NullMarked
package io.godwit.hypervisor.config;

import org.jspecify.annotations.NullMarked;
