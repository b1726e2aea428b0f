package io.godwit.xtr.ring;

import org.agrona.UnsafeApi;

/**
 * A classic BPF program, run on a packet where it stands. Hot while something is tapped: nothing is allocated. Jumps only
 * lead forward, and reading outside of the packet makes the filter say no.
 */
public final class PacketFilter {
    /** Takes everything. */
    public static final PacketFilter ALL = new PacketFilter(new long[] {instruction(0x06, 1)});

    /** Scratch memory words of the machine. */
    public static final int SCRATCH = 16;

    private static final int MAX_PROGRAM = 4096;
    private static final int CLASS = 0x07;
    private static final int LD = 0x00;
    private static final int LDX = 0x01;
    private static final int ST = 0x02;
    private static final int STX = 0x03;
    private static final int ALU = 0x04;
    private static final int JMP = 0x05;
    private static final int RET = 0x06;
    private static final int USE_X = 0x08;
    private static final int OPERATION = 0xf0;
    private static final int RET_A = 0x16;
    private static final int TXA = 0x87;

    private static final int MODE = 0xe0;
    private static final int IMM = 0x00;
    private static final int IND = 0x40;
    private static final int MEM = 0x60;
    private static final int LEN = 0x80;
    private static final int MSH = 0xa0;
    private static final int SIZE = 0x18;
    private static final int WORD = 0x00;
    private static final int HALF = 0x08;

    private final long[] program;

    /** @param program instructions: code in bits 48..63, jump if true in 40..47, if false in 32..39, k in 0..31 */
    public PacketFilter(long[] program) {
        if (program.length == 0 || program.length > MAX_PROGRAM) {
            throw new IllegalArgumentException("a filter of " + program.length + " instructions");
        }
        for (int i = 0; i < program.length; i++) {
            check(program, i);
        }
        this.program = program.clone();
    }

    private static void check(long[] program, int at) {
        int code = code(program[at]);
        int left = program.length - 1 - at;
        boolean sound =
                switch (code & CLASS) {
                    case JMP ->
                        (code & OPERATION) == 0
                                ? (program[at] & 0xffff_ffffL) < left
                                : ifTrue(program[at]) < left && ifFalse(program[at]) < left;
                    case RET -> true;
                    case ST, STX -> left > 0 && k(program[at]) >= 0 && k(program[at]) < SCRATCH;
                    case LD, LDX -> left > 0 && ((code & MODE) != MEM || (k(program[at]) & -SCRATCH) == 0);
                    default -> left > 0;
                };
        if (!sound) {
            throw new IllegalArgumentException("instruction " + at + " of the filter is not sound");
        }
    }

    private static long instruction(int code, int k) {
        return (long) code << 48 | (k & 0xffff_ffffL);
    }

    private static int code(long instruction) {
        return (int) (instruction >>> 48);
    }

    private static int ifTrue(long instruction) {
        return (int) (instruction >>> 40) & 0xff;
    }

    private static int ifFalse(long instruction) {
        return (int) (instruction >>> 32) & 0xff;
    }

    private static int k(long instruction) {
        return (int) instruction;
    }

    /**
     * Whether the filter wants the packet.
     *
     * @param address native, of its first octet
     * @param length octets there are
     * @param scratch of the calling thread, {@value #SCRATCH} words
     */
    public boolean matches(long address, int length, int[] scratch) {
        int a = 0;
        int x = 0;
        int at = 0;
        while (true) {
            long instruction = program[at++];
            int code = code(instruction);
            int k = k(instruction);
            switch (code & CLASS) {
                case LD, LDX -> {
                    long value = load(code, k, x, address, length, scratch);
                    if (value < 0) {
                        return false;
                    }
                    if ((code & CLASS) == LD) {
                        a = (int) value;
                    } else {
                        x = (int) value;
                    }
                }
                case ST -> scratch[k] = a;
                case STX -> scratch[k] = x;
                case ALU -> {
                    int operand = (code & USE_X) != 0 ? x : k;
                    if (operand == 0 && ((code & OPERATION) == 0x30 || (code & OPERATION) == 0x90)) {
                        return false;
                    }
                    a = compute(code & OPERATION, a, operand);
                }
                case JMP -> at += jump(code, instruction, a, (code & USE_X) != 0 ? x : k);
                case RET -> {
                    return (code == RET_A ? a : k) != 0;
                }
                default -> {
                    if (code == TXA) {
                        a = x;
                    } else {
                        x = a;
                    }
                }
            }
        }
    }

    /** 32 bits, or -1 when they lie outside of the packet. */
    private static long load(int code, int k, int x, long address, int length, int[] scratch) {
        return switch (code & MODE) {
            case IMM -> k & 0xffff_ffffL;
            case MEM -> scratch[k] & 0xffff_ffffL;
            case LEN -> length;
            case MSH -> k >= 0 && k < length ? (UnsafeApi.getByte(address + k) & 0xf) << 2 : -1;
            default -> {
                long offset = (k + ((code & MODE) == IND ? x : 0)) & 0xffff_ffffL;
                int octets = (code & SIZE) == WORD ? 4 : (code & SIZE) == HALF ? 2 : 1;
                yield offset + octets <= length ? octets(address + offset, octets) : -1;
            }
        };
    }

    private static long octets(long at, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | (UnsafeApi.getByte(at + i) & 0xff);
        }
        return value;
    }

    private static int compute(int operation, int a, int operand) {
        return switch (operation) {
            case 0x00 -> a + operand;
            case 0x10 -> a - operand;
            case 0x20 -> a * operand;
            case 0x30 -> Integer.divideUnsigned(a, operand);
            case 0x40 -> a | operand;
            case 0x50 -> a & operand;
            case 0x60 -> operand >>> 5 == 0 ? a << operand : 0;
            case 0x70 -> operand >>> 5 == 0 ? a >>> operand : 0;
            case 0x80 -> -a;
            case 0x90 -> Integer.remainderUnsigned(a, operand);
            default -> a ^ operand;
        };
    }

    private static int jump(int code, long instruction, int a, int operand) {
        boolean taken =
                switch (code & OPERATION) {
                    case 0x10 -> a == operand;
                    case 0x20 -> Integer.compareUnsigned(a, operand) > 0;
                    case 0x30 -> Integer.compareUnsigned(a, operand) >= 0;
                    case 0x40 -> (a & operand) != 0;
                    default -> true;
                };
        if ((code & OPERATION) == 0) {
            return k(instruction);
        }
        return taken ? ifTrue(instruction) : ifFalse(instruction);
    }
}
