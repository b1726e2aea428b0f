package io.godwit.mapserver;

import java.util.Arrays;
import java.util.Random;

/** Map-Registers that nobody with the key has made. */
final class Forgery {
    private static final int KEY_ID = 12;
    private static final int ALGORITHM = 13;
    private static final int MAC_LENGTH = 14;
    private static final int MAC = 16;

    private Forgery() {}

    /** @param genuine a signed Map-Register that was never sent, with a MAC of 16 octets */
    static byte[] of(byte[] genuine, int number, Random random) {
        byte[] forged = genuine.clone();
        switch (number % 6) {
            case 0 -> randomMac(forged, random);
            case 1 -> { // one bit of what is signed
                int at = MAC + 16 + random.nextInt(forged.length - MAC - 16);
                forged[at] ^= (byte) (1 << random.nextInt(8));
            }
            case 2 -> { // another nonce
                forged[4 + random.nextInt(8)] ^= (byte) (1 + random.nextInt(255));
            }
            case 3 -> forged[KEY_ID] = (byte) (3 + random.nextInt(200));
            case 4 -> { // no MAC at all, by an algorithm that has none
                forged[ALGORITHM] = (byte) random.nextInt(2);
                forged[MAC_LENGTH + 1] = 0;
                return without(forged, MAC, MAC + 16);
            }
            default -> { // the first octets of a MAC
                int left = random.nextInt(16);
                forged[MAC_LENGTH + 1] = (byte) left;
                randomMac(forged, random);
                return without(forged, MAC + left, MAC + 16);
            }
        }
        return forged;
    }

    private static void randomMac(byte[] forged, Random random) {
        byte[] mac = new byte[16];
        random.nextBytes(mac);
        System.arraycopy(mac, 0, forged, MAC, mac.length);
    }

    private static byte[] without(byte[] octets, int from, int to) {
        byte[] rest = Arrays.copyOf(octets, octets.length - (to - from));
        System.arraycopy(octets, to, rest, from, octets.length - to);
        return rest;
    }
}
