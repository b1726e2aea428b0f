/** Map-Request in: proxy reply, negative reply, or on to an ETR. */
@NullMarked
package io.godwit.mapserver.request;

import org.jspecify.annotations.NullMarked;
