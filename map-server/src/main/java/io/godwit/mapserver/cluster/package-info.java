/** Several map-servers that keep one database: the log they agree on (Aeron Cluster), and what is in it. */
@NullMarked
package io.godwit.mapserver.cluster;

import org.jspecify.annotations.NullMarked;
