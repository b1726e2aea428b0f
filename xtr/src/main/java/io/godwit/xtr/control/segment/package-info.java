/** The site's own side: kernel routes and neighbours, and what is seen on the segments of hosts (pcap4j). */
@NullMarked
package io.godwit.xtr.control.segment;

import org.jspecify.annotations.NullMarked;
