package io.godwit.linux.pcap;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.ffi.NativeBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import jnr.ffi.LibraryLoader;
import org.agrona.UnsafeApi;

/**
 * Compiles a pcap-filter(7) expression for packets that start with their IP header (DLT_RAW). Names of hosts, networks and services are
 * refused: looking them up may take seconds.
 */
public final class FilterCompiler {
    private static final int DLT_RAW = 12;
    private static final int SNAP_LENGTH = 65_535;
    private static final int NETMASK_UNKNOWN = -1;
    private static final int MAX_LENGTH = 2_000;
    /** struct bpf_program: count (32 bit), address of the instructions. */
    private static final int PROGRAM = 16;

    private static final int INSTRUCTIONS = 8;

    private static final Set<String> WORDS =
            Set.copyOf(Arrays.asList(("host src dst net mask port portrange and or not ip ip6 tcp udp icmp icmp6 sctp"
                + " igmp pim esp ah vrrp igrp proto protochain len less greater broadcast multicast icmptype icmpcode"
                + " icmp6type icmp6code tcpflags tcp-fin tcp-syn tcp-rst tcp-push tcp-ack tcp-urg tcp-ece tcp-cwr"
                + " icmp-echoreply icmp-unreach icmp-redirect icmp-echo icmp-timxceed")
                    .split(" ")));

    /** Loaded when it is needed first. */
    private static final class Library {
        static final LibPcap PCAP =
                LibraryLoader.create(LibPcap.class).failImmediately().load("pcap");
    }

    private FilterCompiler() {}

    /**
     * The instructions of a classic BPF program, each a struct bpf_insn as one value: code in bits 48..63, jump if true in 40..47, jump if
     * false in 32..39, k in 0..31.
     *
     * @throws LinuxException with a sentence for the user
     */
    public static long[] compile(String filter) {
        check(filter);
        try {
            return compile(Library.PCAP, filter);
        } catch (LinkageError e) {
            throw new LinuxException(
                    "libpcap is missing, which filters need: install it (apt install libpcap0.8)", Errno.ENOENT);
        }
    }

    private static void check(String filter) {
        if (filter.length() > MAX_LENGTH) {
            throw refused(filter.substring(0, 40) + "...", "it is longer than " + MAX_LENGTH + " characters");
        }
        for (String word : filter.toLowerCase(Locale.ROOT).split("[^a-z0-9.:_/-]+")) {
            boolean number = word.isEmpty() || word.matches("[0-9].*|[0-9a-f]*:[0-9a-f:.]*(/[0-9]+)?|[-/:.]+");
            if (!number && !WORDS.contains(word)) {
                throw refused(
                        filter,
                        "'" + word + "' is not known there (names are not looked up: give addresses and numbers)");
            }
        }
    }

    private static LinuxException refused(String filter, String why) {
        return new LinuxException("the filter '" + filter + "' is not a pcap filter: " + why, Errno.EINVAL);
    }

    private static long[] compile(LibPcap pcap, String filter) {
        long handle = pcap.pcap_open_dead(DLT_RAW, SNAP_LENGTH);
        try (NativeBuffer program = NativeBuffer.allocate(PROGRAM);
                NativeBuffer text = NativeBuffer.ofString(filter)) {
            if (pcap.pcap_compile(handle, program.address(), text.address(), 1, NETMASK_UNKNOWN) != 0) {
                throw refused(filter, pcap.pcap_geterr(handle));
            }
            long[] instructions = read(program.getLong(INSTRUCTIONS), program.getInt(0));
            pcap.pcap_freecode(program.address());
            return instructions;
        } finally {
            pcap.pcap_close(handle);
        }
    }

    /** struct bpf_insn: code (16 bit), jt, jf (8 bit each), k (32 bit). */
    private static long[] read(long address, int count) {
        long[] instructions = new long[count];
        for (int i = 0; i < count; i++) {
            long at = address + (long) i * Long.BYTES;
            long code = UnsafeApi.getShort(at) & 0xffffL;
            long jumps = (UnsafeApi.getByte(at + 2) & 0xffL) << 8 | (UnsafeApi.getByte(at + 3) & 0xffL);
            instructions[i] = code << 48 | jumps << 32 | (UnsafeApi.getInt(at + 4) & 0xffff_ffffL);
        }
        return instructions;
    }
}
