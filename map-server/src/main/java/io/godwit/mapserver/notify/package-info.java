/** Map-Notify to those whom a change concerns, until they acknowledge it. */
@NullMarked
package io.godwit.mapserver.notify;

import org.jspecify.annotations.NullMarked;
