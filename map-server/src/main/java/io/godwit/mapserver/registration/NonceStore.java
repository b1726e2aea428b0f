package io.godwit.mapserver.registration;

/** Where the last nonces of Map-Registers outlive the process (RFC 9301 section 5.6). */
public interface NonceStore {
    /** Keeps nothing. */
    NonceStore NONE = new NonceStore() {
        @Override
        public long last(long sender) {
            return 0;
        }

        @Override
        public void accepted(long sender, long nonce) {}
    };

    /** The highest nonce accepted from a sender, which is a hash of who it is and never 0; 0 when nothing is known of it. */
    long last(long sender);

    void accepted(long sender, long nonce);

    /** Whether the nonce is not above what members of a cluster agreed on some time ago. */
    default boolean isOld(long sender, long nonce) {
        return false;
    }

    /** Came out of the log of a cluster; false when one as high did before: it is replayed. */
    default boolean agreed(long sender, long nonce) {
        accepted(sender, nonce);
        return true;
    }
}
