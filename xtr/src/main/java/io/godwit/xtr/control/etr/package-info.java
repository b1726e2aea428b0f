/** Telling where EIDs are: site database, registration, answers to Map-Requests (RFC 9301 sections 5.5 to 8.2). */
@NullMarked
package io.godwit.xtr.control.etr;

import org.jspecify.annotations.NullMarked;
