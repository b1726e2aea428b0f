/** What all agents share: own locators, sending, counters, events, rate limits. */
@NullMarked
package io.godwit.xtr.control.core;

import org.jspecify.annotations.NullMarked;
