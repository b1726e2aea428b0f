package io.godwit.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Packets that nobody should send: noise, and genuine ones with a few octets changed, cut off or added. The same seed gives the same. */
public final class Mutations {
    private static final int LONGEST_NOISE = 200;

    private final List<byte[]> genuine;
    private final Random random;

    public Mutations(long seed, List<byte[]> genuine) {
        this.genuine = List.copyOf(genuine);
        random = new Random(seed);
    }

    public byte[] next() {
        int kind = random.nextInt(8);
        return kind == 0 ? noise() : mutated(genuine.get(random.nextInt(genuine.size())), kind);
    }

    /** For what goes with a packet, such as where it comes from. */
    public int nextInt(int bound) {
        return random.nextInt(bound);
    }

    private byte[] noise() {
        byte[] octets = new byte[random.nextInt(LONGEST_NOISE)];
        random.nextBytes(octets);
        return octets;
    }

    private byte[] mutated(byte[] seed, int kind) {
        byte[] octets =
                switch (kind) {
                    case 1 -> Arrays.copyOf(seed, random.nextInt(seed.length + 1));
                    case 2 -> Arrays.copyOf(seed, seed.length + random.nextInt(LONGEST_NOISE));
                    default -> seed.clone();
                };
        for (int changes = octets.length == 0 ? 0 : random.nextInt(5); changes > 0; changes--) {
            octets[random.nextInt(octets.length)] = (byte) random.nextInt();
        }
        return octets;
    }
}
