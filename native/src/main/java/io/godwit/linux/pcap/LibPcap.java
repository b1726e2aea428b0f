package io.godwit.linux.pcap;

/** The functions of libpcap that compile a filter, as in pcap(3PCAP). Pointers are addresses. */
public interface LibPcap {
    long pcap_open_dead(int linkType, int snapLength);

    int pcap_compile(long handle, long program, long filter, int optimize, int netmask);

    String pcap_geterr(long handle);

    void pcap_freecode(long program);

    void pcap_close(long handle);
}
