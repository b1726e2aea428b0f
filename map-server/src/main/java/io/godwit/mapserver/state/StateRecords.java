package io.godwit.mapserver.state;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Contribution;
import io.godwit.mapserver.database.Departure;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
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
 * one of what each of them registered. Without registrants nobody has it.
 */
final class StateRecords {
    private static final int LARGEST = 1 << 18;
    private static final int PROXY_REPLY = 1;
    private static final int MERGE = 2;
    private static final int WANT_NOTIFY = 4;
    private static final int USE_TTL = 8;

    private final Sites sites;
    private final RecordTemplates templates = new RecordTemplates();
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

    /** @return octets in {@link #buffer()} */
    int write(Mapping mapping, long sinceMillis) {
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

    /** What a record says; registrants whose site or key is not configured any more are left out. */
    Optional<Restored> read(ByteBuffer in) {
        Contribution usual = templates.find(in);
        if (usual != null) {
            EidPrefix host = EidPrefix.host(0, usual.record().eid());
            return Optional.of(new Restored(
                    host, in.getInt(in.position()), in.getLong(in.position() + 4), List.of(usual), List.of()));
        }
        int start = in.position();
        Optional<Restored> restored = decode(in);
        restored.filter(one -> one.contributions().size() == 1)
                .ifPresent(one ->
                        templates.learn(in.position(start), one.contributions().getFirst()));
        return restored;
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
