package io.godwit.packet.peers;

import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EcmAuthentication.LispSec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.InfoReply;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapReferral;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.packet.control.SharedExtension;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Holds a decoded message against the {@code fields} of its vector. */
final class Fields {
    private final JsonNode expected;
    private final List<String> wrong = new ArrayList<>();

    private Fields(JsonNode expected) {
        this.expected = expected;
    }

    /** A line for each field that the message does not have as stated. */
    static List<String> wrong(Vector vector, ControlMessage message) {
        Fields fields = new Fields(vector.fields());
        switch (message) {
            case MapRequest m -> fields.request(m);
            case MapReply m -> fields.reply(m);
            case AuthenticatedMessage m -> fields.authenticated(m);
            case EncapsulatedControlMessage m -> fields.ecm(m);
            case MapReferral m -> fields.referral(m.records().getFirst());
            case InfoReply m -> fields.flag("R", true);
            case SharedExtension m -> fields.number("subtype", m.subType());
            default -> {}
        }
        return fields.wrong;
    }

    private void request(MapRequest m) {
        Map.of("P", Flag.PROBE, "S", Flag.SMR, "s", Flag.SMR_INVOKED, "p", Flag.PITR, "D", Flag.DO_NOT_REPLY)
                .forEach((name, flag) -> flag(name, m.has(flag)));
        flag("M", m.mapReplyRecord().isPresent());
        flag("N", m.records().getFirst().notification());
        number("irc", m.itrRlocs().size() - 1);
        // lispers.net sets N without I, and its fields say so.
        if (expected.path("I").asInt(1) == 1 && expected.has("I")) {
            flag("I", m.identity().isPresent());
        }
        eid(m.records().getFirst().eid(), m.records().getFirst().maskLength());
        text("sg", m.records().getFirst().eid().toString());
    }

    private void reply(MapReply m) {
        flag("P", m.probe());
        flag("E", m.echoNonce());
        flag("S", m.authentication().isPresent());
        m.authentication().ifPresent(a -> hex("pkt_hmac", a.packetHmac().toBytes()));
        records(m.records());
    }

    private void authenticated(AuthenticatedMessage m) {
        number("alg", m.authentication().algorithmId());
        number("auth_len", m.authentication().mac().length);
        hex("tag", m.authentication().mac());
        if (m instanceof MapRegister register) {
            Map.of(
                            "P", MapRegister.Flag.PROXY_REPLY,
                            "S", MapRegister.Flag.LISP_SEC,
                            "E", MapRegister.Flag.EID_NOTIFY,
                            "T", MapRegister.Flag.USE_TTL,
                            "a", MapRegister.Flag.MERGE,
                            "M", MapRegister.Flag.WANT_MAP_NOTIFY)
                    .forEach((name, flag) -> flag(name, register.has(flag)));
            flag("I", register.identity().isPresent());
        }
        if (m instanceof MapNotify notify) {
            flag("I", notify.identity().isPresent());
        }
        records(m.records());
    }

    private void records(List<EidRecord> records) {
        EidRecord first = records.getFirst();
        number("ttl", first.ttlMinutes());
        number("act", first.action().code());
        number("map_version", first.mapVersion());
        eid(first.eid(), first.maskLength());
    }

    private void ecm(EncapsulatedControlMessage m) {
        flag("D", m.ddt());
        flag("S", m.authentication().isPresent());
        if (m.authentication().orElse(null) instanceof LispSec sec) {
            number("wrap_id", sec.wrappingId());
            number("req_hmac", sec.requestedHmacId());
            number("kdf", sec.eid().kdfId());
        }
    }

    private void referral(MapReferral.Referral record) {
        number("act", record.action().code());
        number("ttl", record.ttlMinutes());
        flag("inc", record.incomplete());
        flag("incomplete", record.incomplete());
    }

    private void eid(LispAddress eid, int maskLength) {
        if (eid instanceof InstanceIdAddress instance) {
            number("iid", instance.instanceId());
        }
        if (eid instanceof DistinguishedName name) {
            text("dn", name.name());
            number("ml", maskLength);
        }
    }

    private void flag(String name, boolean actual) {
        number(name, actual ? 1 : 0);
    }

    private void number(String name, int actual) {
        compare(name, field -> report(name, field.asInt(), actual));
    }

    private void hex(String name, byte[] actual) {
        compare(name, field -> report(name, field.asString(), HexFormat.of().formatHex(actual)));
    }

    private void text(String name, String actual) {
        // The vectors write full mask lengths out.
        compare(name, field -> report(name, field.asString().replace("/32", ""), actual));
    }

    private void compare(String name, Consumer<JsonNode> with) {
        if (expected.has(name)) {
            with.accept(expected.path(name));
        }
    }

    private void report(String name, Object stated, Object actual) {
        if (!stated.equals(actual)) {
            wrong.add(name + ": stated " + stated + ", decoded " + actual);
        }
    }
}
