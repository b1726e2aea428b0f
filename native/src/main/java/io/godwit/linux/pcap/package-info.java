/** libpcap's filter language, compiled to the classic BPF that runs anywhere. */
@NullMarked
package io.godwit.linux.pcap;

import org.jspecify.annotations.NullMarked;
