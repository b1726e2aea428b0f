package io.godwit.mapserver.state;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What many records have in common: all but the host, the epoch and the time. Such records are numbered as they come, by who writes them and by
 * who reads them alike; of the next one with the same content only the number is written.
 */
final class RecordTemplates {
    static final int NONE = -1;

    private static final int CAPACITY = 65_536;
    /** Longer ones are written again. */
    static final int LONGEST = 1024;

    /** Epoch, time, numbers of contributions and departures. */
    private static final int HEAD = 4 + 8 + 2;

    private static final int MAP_REPLY_HEAD = 12;
    private static final int RECORD_HEAD = 10;
    private static final int MASK_OFFSET = 5;
    private static final int AFI_IPV4 = 1;
    private static final int EID_OCTETS = 6;

    private final Map<Octets, Integer> numbers = new HashMap<>();
    private byte[] scratch = new byte[256];
    private int host;

    private record Octets(byte[] octets, int hash) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Octets same && Arrays.equals(octets, same.octets);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** Of the record last looked at. */
    int host() {
        return host;
    }

    int size() {
        return numbers.size();
    }

    /**
     * Which one the record is like, or {@link #NONE}.
     *
     * @param in at a record's begin; stays there
     */
    int find(ByteBuffer in) {
        Octets common = common(in);
        Integer number = common == null ? null : numbers.get(common);
        return number == null ? NONE : number;
    }

    /** Numbers the record, which {@link #find} did not know; {@link #NONE} when it is not of the kind that is worth it. */
    int add(ByteBuffer in) {
        Octets common = common(in);
        if (common == null || in.remaining() > LONGEST || numbers.size() == CAPACITY) {
            return NONE;
        }
        int number = numbers.size();
        numbers.put(new Octets(common.octets().clone(), common.hash()), number);
        return number;
    }

    void clear() {
        numbers.clear();
    }

    /** The octets but those of the host, the epoch and the time; null when it is not one xTR's IPv4 host. */
    private @Nullable Octets common(ByteBuffer in) {
        int start = in.position();
        int end = in.limit();
        if (end - start < HEAD || in.get(start + 12) != 1 || in.get(start + 13) != 0) {
            return null;
        }
        int registrant = start + HEAD;
        int reply = afterRegistrant(in, registrant);
        int first = reply + MAP_REPLY_HEAD;
        int second = first + RECORD_HEAD + EID_OCTETS;
        int locators = second + RECORD_HEAD + EID_OCTETS;
        if (reply < 0 || locators > end || !isHost(in, first) || !isHost(in, second)) {
            return null;
        }
        host = in.getInt(first + RECORD_HEAD + 2);
        int length = reply - registrant + RECORD_HEAD + end - locators;
        if (scratch.length != length) {
            scratch = new byte[length];
        }
        in.get(registrant, scratch, 0, reply - registrant);
        in.get(second, scratch, reply - registrant, RECORD_HEAD);
        in.get(locators, scratch, reply - registrant + RECORD_HEAD, end - locators);
        return new Octets(scratch, Arrays.hashCode(scratch));
    }

    private static boolean isHost(ByteBuffer in, int record) {
        return in.get(record + MASK_OFFSET) == 32 && in.getShort(record + RECORD_HEAD) == AFI_IPV4;
    }

    /** Site, key, algorithm, xTR, source address, port, flags; negative when it does not end. */
    private static int afterRegistrant(ByteBuffer in, int registrant) {
        int at = registrant;
        at += 1 + octet(in, at) + 2;
        at += 1 + octet(in, at);
        at += 1 + octet(in, at) + 2 + 1;
        return at <= in.limit() ? at : Integer.MIN_VALUE;
    }

    private static int octet(ByteBuffer in, int at) {
        return at < in.limit() ? in.get(at) & 0xff : in.limit();
    }
}
