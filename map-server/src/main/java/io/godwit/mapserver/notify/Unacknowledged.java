package io.godwit.mapserver.notify;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.ExpiryWheel;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.packet.control.EidRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** What xTRs have been told and have not acknowledged: one piece of news for each xTR and EID-prefix, one message for several of them. */
final class Unacknowledged {
    /** The first of a chain for each EID-prefix: nearly always there is one. */
    private final Map<EidPrefix, News> byEid = new HashMap<>();

    private final Long2ObjectHashMap<Message> byNonce = new Long2ObjectHashMap<>();
    private int size;

    /** A Map-Notify. */
    static final class Message {
        final Registrant to;
        final List<Endpoint> destinations;
        final long nonce;
        /** What of it is not known to the xTR. */
        final List<News> news = new ArrayList<>(1);
        /** Of its records, about. */
        int octets;

        long sentNanos;
        int waits;
        int timer = ExpiryWheel.NONE;

        Message(Registrant to, List<Endpoint> destinations, long nonce) {
            this.to = to;
            this.destinations = destinations;
            this.nonce = nonce;
        }

        List<EidRecord> records() {
            if (news.size() == 1) {
                return List.of(news.getFirst().eidRecord);
            }
            List<EidRecord> all = new ArrayList<>(news.size());
            for (News one : news) {
                all.add(one.eidRecord);
            }
            return all;
        }
    }

    /** A record of a message. */
    static final class News {
        final EidPrefix prefix;
        final EidRecord eidRecord;
        final Message message;
        /** Of the same EID-prefix, to another xTR. */
        private @Nullable News next;

        News(EidPrefix prefix, EidRecord eidRecord, Message message) {
            this.prefix = prefix;
            this.eidRecord = eidRecord;
            this.message = message;
        }
    }

    /** Pieces of news. */
    int size() {
        return size;
    }

    void add(EidPrefix prefix, EidRecord eidRecord, Message message) {
        News fresh = new News(prefix, eidRecord, message);
        fresh.next = byEid.put(prefix, fresh);
        message.news.add(fresh);
        size++;
    }

    /** It has been sent. */
    void await(Message message) {
        byNonce.put(message.nonce, message);
    }

    @Nullable
    Message awaited(long nonce) {
        return byNonce.get(nonce);
    }

    @Nullable
    News find(EidPrefix prefix, XtrKey xtr) {
        News one = byEid.isEmpty() ? null : byEid.get(prefix);
        while (one != null && !one.message.to.xtr().equals(xtr)) {
            one = one.next;
        }
        return one;
    }

    @Nullable
    News first(EidPrefix prefix) {
        return byEid.get(prefix);
    }

    /** The xTRs that something about {@code prefix} waits for. */
    Set<XtrKey> waitingFor(EidPrefix prefix) {
        Set<XtrKey> all = new HashSet<>();
        for (News one = byEid.get(prefix); one != null; one = one.next) {
            all.add(one.message.to.xtr());
        }
        return all;
    }

    /** Returns whether nothing of its message waits any more. */
    boolean remove(News gone) {
        size--;
        News first = byEid.get(gone.prefix);
        if (first == gone && gone.next == null) {
            byEid.remove(gone.prefix);
        } else if (first == gone) {
            byEid.put(gone.prefix, gone.next);
        } else {
            while (first != null && first.next != gone) {
                first = first.next;
            }
            if (first != null) {
                first.next = gone.next;
            }
        }
        gone.next = null;
        List<News> others = gone.message.news;
        others.remove(gone);
        if (others.isEmpty()) {
            byNonce.remove(gone.message.nonce);
        }
        return others.isEmpty();
    }
}
