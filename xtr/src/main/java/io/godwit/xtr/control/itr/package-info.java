/** Learning where EIDs are: map-cache, Map-Requests, SMRs (RFC 9301 sections 5.2 to 6.1). */
@NullMarked
package io.godwit.xtr.control.itr;

import org.jspecify.annotations.NullMarked;
