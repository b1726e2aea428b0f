package io.godwit.mapserver.registration;

import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.packet.control.MapRegister;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last nonce of each xTR and key (RFC 9301 section 5.6). Only authenticated messages get here, so whoever fills it holds a key; the xTR
 * that was quiet longest makes room.
 */
final class ReplayGuard {
    private static final int CAPACITY = 65_536;
    /** Messages a second that a repetition may be of: an xTR with many EIDs sends several in a row. */
    private static final int RECENT = 8;

    enum Verdict {
        FRESH,
        /** The same message as one of the last. */
        REPEATED,
        REPLAYED
    }

    private record Sender(String site, XtrKey xtr, int keyId) {}

    /** Nonces and MACs of the last messages, the newest at {@code newest}. */
    private static final class Seen {
        private final long[] nonces = new long[RECENT];
        private final byte[] @Nullable [] macs = new byte[RECENT][];
        private final long key;
        private int newest = -1;

        Seen(long key) {
            this.key = key;
        }

        boolean repeats(long nonce, byte[] mac) {
            for (int i = 0; i < RECENT; i++) {
                if (macs[i] != null && nonces[i] == nonce && Arrays.equals(macs[i], mac)) {
                    return true;
                }
            }
            return false;
        }

        boolean isNewer(long nonce) {
            return newest < 0 || Long.compareUnsigned(nonce, nonces[newest]) > 0;
        }

        /** As if it had not come. */
        void forget(long nonce) {
            int highest = -1;
            for (int i = 0; i < RECENT; i++) {
                if (nonces[i] == nonce) {
                    macs[i] = null;
                }
                if (macs[i] != null && (highest < 0 || Long.compareUnsigned(nonces[i], nonces[highest]) > 0)) {
                    highest = i;
                }
            }
            newest = highest;
        }

        void add(long nonce, byte[] mac) {
            newest = (newest + 1) % RECENT;
            nonces[newest] = nonce;
            macs[newest] = mac;
        }
    }

    private final Map<Sender, Seen> senders = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.@Nullable Entry<Sender, Seen> eldest) {
            return size() > CAPACITY;
        }
    };

    private final NonceStore store;

    ReplayGuard(NonceStore store) {
        this.store = store;
    }

    Verdict check(String site, XtrKey xtr, MapRegister register) {
        byte[] mac = register.authentication().mac();
        Sender sender = new Sender(site, xtr, register.authentication().keyId());
        Seen seen = senders.computeIfAbsent(sender, who -> new Seen(key(site, xtr, who.keyId())));
        if (seen.repeats(register.nonce(), mac)) {
            return Verdict.REPEATED;
        }
        if (!seen.isNewer(register.nonce())
                || (seen.newest < 0 && wasAccepted(seen.key, register.nonce()))
                || store.isOld(seen.key, register.nonce())) {
            return Verdict.REPLAYED;
        }
        seen.add(register.nonce(), mac);
        return Verdict.FRESH;
    }

    /** What it said was done: its nonce is not accepted again, in later runs neither. */
    void keep(Registrant by, MapRegister register) {
        Seen seen = senders.get(sender(by, register));
        if (seen != null) {
            store.accepted(seen.key, register.nonce());
        }
    }

    private static Sender sender(Registrant by, MapRegister register) {
        return new Sender(by.site().name(), by.xtr(), register.authentication().keyId());
    }

    /** What it said was not done: the same message is fresh when it comes again. */
    void forget(Registrant by, MapRegister register) {
        Seen seen = senders.get(sender(by, register));
        if (seen != null) {
            seen.forget(register.nonce());
        }
    }

    /** In an earlier run, or before the sender was forgotten. */
    private boolean wasAccepted(long key, long nonce) {
        long last = store.last(key);
        return last != 0 && Long.compareUnsigned(nonce, last) <= 0;
    }

    /** 64 bits of who it is, the same in every run; never 0. */
    static long key(String site, XtrKey xtr, int keyId) {
        long hash = 0xcbf29ce484222325L;
        String text = site + ' ' + xtr + ' ' + keyId;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash == 0 ? 1 : hash;
    }
}
