/** What routers that trust one another tell in the headers of data packets (RFC 9300 sections 9, 10 and 10.1). */
@NullMarked
package io.godwit.xtr.control.trusted;

import org.jspecify.annotations.NullMarked;
