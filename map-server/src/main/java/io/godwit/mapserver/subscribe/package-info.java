/** Publish/subscribe (RFC 9437): who is told of which changes, until it acknowledges. */
@NullMarked
package io.godwit.mapserver.subscribe;

import org.jspecify.annotations.NullMarked;
