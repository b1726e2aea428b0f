package io.godwit.mapserver.state;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Contribution;
import io.godwit.mapserver.database.Departure;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.Pin;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.RlocRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A mapping as the journal has it: its epoch, its age, the registrants, and, in the form of a Map-Reply, an empty record of the EID-prefix and
 * one of what each of them registered. Without registrants nobody has it. An IPv4 host that is like an earlier one takes 24 octets.
 */
final class StateRecords {
    private static final int LARGEST = 1 << 18;
    private static final int PROXY_REPLY = 1;
    private static final int MERGE = 2;
    private static final int WANT_NOTIFY = 4;
    private static final int USE_TTL = 8;

    private final Sites sites;
    /** In place of an epoch: a record like an earlier one. */
    private static final int LIKE = -2;

    private final RecordTemplates written = new RecordTemplates();
    private final RecordTemplates known = new RecordTemplates();
    private final List<Optional<Pin>> pins = new ArrayList<>();
    /** Records that are read before the clocks are again: reading those takes a tenth of the time that a record takes. */
    private static final int READ_AT_ONCE = 1_024;

    private int untilClocks;
    private long nowNanos;
    private long nowMillis;

    private final byte[] octets = new byte[LARGEST];
    private final UnsafeBuffer buffer = new UnsafeBuffer(octets);

    /** @param sinceMillis wall clock */
    record Restored(
            EidPrefix prefix,
            int epoch,
            long sinceMillis,
            List<Contribution> contributions,
            List<Departure> departures) {}

    StateRecords(Sites sites) {
        this.sites = sites;
    }

    DirectBuffer buffer() {
        return buffer;
    }

    /** What is written from here on is read without what was written before. */
    void beginWriting() {
        written.clear();
    }

    /** What is read from here on was written after {@link #beginWriting}. */
    void beginReading(MappingDatabase database) {
        pins.forEach(pin -> pin.ifPresent(database.restoration()::unpin));
        pins.clear();
        known.clear();
    }

    /** @return octets in {@link #buffer()} */
    int write(Mapping mapping, long sinceMillis) {
        int length = encode(mapping, sinceMillis);
        ByteBuffer record = ByteBuffer.wrap(octets, 0, length);
        int number = written.find(record);
        if (number == RecordTemplates.NONE) {
            written.add(record);
            return length;
        }
        return record.putInt(LIKE)
                .putInt(number)
                .putInt(written.host())
                .putInt(mapping.epoch())
                .putLong(sinceMillis)
                .position();
    }

    private int encode(Mapping mapping, long sinceMillis) {
        ByteBuffer out = ByteBuffer.wrap(octets);
        out.putInt(mapping.epoch()).putLong(sinceMillis);
        out.put((byte) mapping.contributions().size());
        out.put((byte) mapping.departures().size());
        List<EidRecord> records = new ArrayList<>();
        records.add(record(mapping.prefix(), List.of()));
        for (Contribution one : mapping.contributions()) {
            write(out, one.registrant());
            records.add(one.record());
        }
        for (Departure one : mapping.departures()) {
            write(out, one.registrant());
            records.add(record(mapping.prefix(), one.locators()));
        }
        MapReply reply = new MapReply(false, false, 0, records);
        return out.position() + ControlCodec.encode(reply, buffer, out.position());
    }

    private static EidRecord record(EidPrefix prefix, List<RlocRecord> locators) {
        return new EidRecord(1, prefix.length(), Action.NO_ACTION, false, 0, prefix.toAddress(), locators);
    }

    private static void write(ByteBuffer out, Registrant registrant) {
        Fields.put(out, registrant.site().name().getBytes(StandardCharsets.UTF_8));
        out.put((byte) registrant.key().keyId());
        out.put((byte) registrant.key().algorithm().id());
        Fields.put(out, registrant.xtr());
        Fields.put(out, registrant.source().address());
        out.putShort((short) registrant.source().port());
        int flags = (registrant.proxyReply() ? PROXY_REPLY : 0)
                | (registrant.merge() ? MERGE : 0)
                | (registrant.wantNotify() ? WANT_NOTIFY : 0)
                | (registrant.useTtl() ? USE_TTL : 0);
        out.put((byte) flags);
    }

    /** Puts back what a record says; registrants whose site or key is not configured any more are left out. */
    void read(ByteBuffer in, MappingDatabase database, Timers timers) {
        if (untilClocks-- == 0) {
            untilClocks = READ_AT_ONCE;
            nowNanos = timers.nanoTime();
            nowMillis = timers.epochMillis();
        }
        int start = in.position();
        int number;
        if (in.getInt(start) == LIKE) {
            number = in.getInt(start + 4);
            restore(pins.get(number), in.getInt(start + 8), in.getInt(start + 12), in.getLong(start + 16), database);
            return;
        }
        number = known.find(in);
        if (number != RecordTemplates.NONE) {
            restore(pins.get(number), known.host(), in.getInt(start), in.getLong(start + 4), database);
            return;
        }
        Optional<Restored> restored = decode(in);
        restored.ifPresent(one -> database.restoration()
                .restore(
                        one.prefix(),
                        nanos(one.sinceMillis()),
                        one.epoch(),
                        one.contributions(),
                        one.departures(),
                        nowNanos));
        if (known.add(in.position(start)) != RecordTemplates.NONE) {
            pins.add(restored.flatMap(one -> one.contributions().stream().findFirst())
                    .map(database.restoration()::pin));
        }
    }

    private void restore(Optional<Pin> pin, int host, int epoch, long sinceMillis, MappingDatabase database) {
        EidPrefix prefix = EidPrefix.host(0, new Ipv4Address(host));
        if (pin.isPresent()) {
            database.restoration().restore(prefix, nanos(sinceMillis), epoch, pin.get(), nowNanos);
        } else {
            database.restoration().restore(prefix, nowNanos, epoch, List.of(), List.of(), nowNanos);
        }
    }

    /** Not later than now, though the wall clock may have been set back since. */
    private long nanos(long epochMillis) {
        return nowNanos - Math.max(0, nowMillis - epochMillis) * 1_000_000;
    }

    private Optional<Restored> decode(ByteBuffer in) {
        int epoch = in.getInt();
        long since = in.getLong();
        int contributions = in.get() & 0xff;
        int departures = in.get() & 0xff;
        List<Optional<Registrant>> registrants = new ArrayList<>();
        for (int i = 0; i < contributions + departures; i++) {
            registrants.add(readRegistrant(in));
        }
        UnsafeBuffer rest = new UnsafeBuffer(in, in.position(), in.remaining());
        if (!(ControlCodec.decode(rest, 0, rest.capacity()) instanceof MapReply reply)
                || reply.records().size() != registrants.size() + 1) {
            return Optional.empty();
        }
        EidRecord first = reply.records().getFirst();
        List<Contribution> present = new ArrayList<>();
        List<Departure> departed = new ArrayList<>();
        for (int i = 0; i < registrants.size(); i++) {
            EidRecord record = reply.records().get(i + 1);
            boolean contributes = i < contributions;
            registrants.get(i).ifPresent(by -> {
                if (contributes) {
                    present.add(new Contribution(by, record, 0, 0));
                } else {
                    departed.add(new Departure(by, record.locators()));
                }
            });
        }
        return EidPrefix.of(first.eid(), first.maskLength())
                .map(prefix -> new Restored(prefix, epoch, since, present, departed));
    }

    private Optional<Registrant> readRegistrant(ByteBuffer in) {
        String siteName = new String(Fields.get(in), StandardCharsets.UTF_8);
        int keyId = in.get() & 0xff;
        int algorithm = in.get() & 0xff;
        XtrKey who = Fields.xtr(in);
        IpAddress source = Fields.address(in);
        int port = in.getShort() & 0xffff;
        int flags = in.get();
        Optional<Site> site = sites.named(siteName);
        Optional<AuthenticationKey> key = site.flatMap(its -> its.key(keyId, algorithm));
        return key.map(signed -> new Registrant(
                who,
                site.orElseThrow(),
                signed,
                new Endpoint(source, port),
                (flags & PROXY_REPLY) != 0,
                (flags & MERGE) != 0,
                (flags & WANT_NOTIFY) != 0,
                (flags & USE_TTL) != 0));
    }
}
