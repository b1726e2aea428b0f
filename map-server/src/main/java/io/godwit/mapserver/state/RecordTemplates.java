package io.godwit.mapserver.state;

import io.godwit.mapserver.database.Contribution;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.control.EidRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What many records of the journal have in common: all but the host, the epoch and the time. It is decoded once; of the next such record only
 * the octets are compared.
 */
final class RecordTemplates {
    private static final int CAPACITY = 65_536;
    /** Epoch, time, numbers of contributions and departures. */
    private static final int HEAD = 4 + 8 + 2;

    private static final int MAP_REPLY_HEAD = 12;
    private static final int RECORD_HEAD = 10;
    private static final int MASK_OFFSET = 5;
    private static final int AFI_IPV4 = 1;
    private static final int EID_OCTETS = 6;

    private final Map<Octets, Contribution> known = new HashMap<>();
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

    /**
     * What one xTR registered for an IPv4 host of instance 0, if the record is that and one like it was {@linkplain #learn learned}.
     *
     * @param in at a record's begin; stays there
     */
    @Nullable
    Contribution find(ByteBuffer in) {
        Octets common = common(in);
        Contribution like = common == null ? null : known.get(common);
        return like == null ? null : of(like);
    }

    private Contribution of(Contribution like) {
        EidRecord record = like.record();
        EidRecord mine = new EidRecord(
                record.ttlMinutes(),
                record.maskLength(),
                record.action(),
                record.authoritative(),
                record.mapVersion(),
                new Ipv4Address(host),
                record.locators());
        return new Contribution(like.registrant(), mine, 0, 0);
    }

    /** Remembers what the record, which {@link #find} did not know, says. */
    void learn(ByteBuffer in, Contribution decoded) {
        Octets common = common(in);
        if (common != null) {
            if (known.size() >= CAPACITY) {
                known.clear();
            }
            known.put(new Octets(common.octets().clone(), common.hash()), decoded);
        }
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
