package io.godwit.cli.lig;

import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A Map-Reply as JSON, with the field names of the management API. */
public final class ReplyText {
    private ReplyText() {}

    /** {@code [7]10.0.0.0/24}. */
    public static String prefix(LispAddress eid, int maskLength) {
        return eid instanceof InstanceIdAddress(int instance, int mask, LispAddress inner)
                ? "[" + Integer.toUnsignedString(instance) + "]" + inner + "/" + maskLength
                : eid + "/" + maskLength;
    }

    public static JsonNode toJson(Question question, Reply reply) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("eid", prefix(question.eid(), question.maskLength()));
        json.put("resolver", question.resolver().toString());
        json.put("from", reply.from().toString());
        json.put("attempt", reply.attempt());
        json.put("rttMillis", Math.round(reply.nanos() / 1e3) / 1e3);
        ArrayNode records = json.putArray("records");
        reply.message().records().forEach(record -> records.add(toJson(record)));
        return json;
    }

    private static ObjectNode toJson(EidRecord record) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("eid", prefix(record.eid(), record.maskLength()));
        json.put("ttlMinutes", Integer.toUnsignedLong(record.ttlMinutes()));
        json.put("authoritative", record.authoritative());
        json.put("action", record.action().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        ArrayNode locators = json.putArray("locators");
        for (RlocRecord rloc : record.locators()) {
            locators.addObject()
                    .put("address", rloc.locator().toString())
                    .put("priority", rloc.priority())
                    .put("weight", rloc.weight())
                    .put("reachable", rloc.reachable())
                    .put("local", rloc.local());
        }
        return json;
    }
}
