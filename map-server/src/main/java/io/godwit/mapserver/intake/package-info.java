/** What is let in when more comes than can be handled. */
@NullMarked
package io.godwit.mapserver.intake;

import org.jspecify.annotations.NullMarked;
