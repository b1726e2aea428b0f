@NullMarked
package io.godwit.mapserver.cluster;

import org.jspecify.annotations.NullMarked;
