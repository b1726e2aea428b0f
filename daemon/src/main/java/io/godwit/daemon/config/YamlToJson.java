package io.godwit.daemon.config;

import io.godwit.daemon.config.YamlDocument.Place;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns YAML nodes into JSON, notes their places and reports duplicate keys. */
final class YamlToJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Aliases can make a small file huge. */
    private static final int MAX_NODES = 1_000_000;

    private static final int MAX_DEPTH = 64;

    private final ErrorList errors;
    private final Map<String, Place> values = new HashMap<>();
    private final Map<String, Place> keys = new HashMap<>();
    private int nodes;

    YamlToJson(ErrorList errors) {
        this.errors = errors;
    }

    Map<String, Place> values() {
        return values;
    }

    Map<String, Place> keys() {
        return keys;
    }

    JsonNode convert(Node root) {
        return convert(root, "", 0);
    }

    private JsonNode convert(Node node, String pointer, int depth) {
        Place place = Place.of(node.getStartMark());
        values.put(pointer, place);
        if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
            if (depth > MAX_DEPTH) {
                errors.add(place.line(), place.column(), "", "is nested too deeply");
            } else if (nodes == MAX_NODES + 1) {
                errors.add(place.line(), place.column(), "", "holds too many values");
            }
            return JSON.nullNode();
        }
        return switch (node) {
            case MappingNode mapping -> object(mapping, pointer, depth);
            case SequenceNode sequence -> array(sequence, pointer, depth);
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new IllegalStateException("a YAML node of type " + node.getNodeType());
        };
    }

    private ObjectNode object(MappingNode mapping, String pointer, int depth) {
        ObjectNode object = JSON.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
            Place place = Place.of(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                errors.add(place.line(), place.column(), pointer, "has a key that is not text");
                continue;
            }
            String path = pointer + "/" + YamlDocument.escape(key.getValue());
            Place first = keys.putIfAbsent(path, place);
            if (object.has(key.getValue()) && first != null) {
                errors.add(
                        place.line(),
                        place.column(),
                        path,
                        "duplicate key '" + key.getValue() + "', first on line " + first.line());
                continue;
            }
            object.set(key.getValue(), convert(tuple.getValueNode(), path, depth + 1));
        }
        return object;
    }

    private ArrayNode array(SequenceNode sequence, String pointer, int depth) {
        ArrayNode array = JSON.arrayNode();
        for (Node item : sequence.getValue()) {
            array.add(convert(item, pointer + "/" + array.size(), depth + 1));
        }
        return array;
    }

    private static JsonNode scalar(ScalarNode node) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return JSON.booleanNode(text.equalsIgnoreCase("true"));
        }
        try {
            if (tag.equals(Tag.INT)) {
                return integer(text);
            }
            return tag.equals(Tag.FLOAT) ? JSON.numberNode(new BigDecimal(text)) : JSON.stringNode(text);
        } catch (NumberFormatException e) {
            return JSON.stringNode(text); // .inf and .nan
        }
    }

    private static JsonNode integer(String text) {
        BigInteger value = text.startsWith("0x")
                ? new BigInteger(text.substring(2), 16)
                : text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
        return value.bitLength() < 32
                ? JSON.numberNode(value.intValue())
                : value.bitLength() < 64 ? JSON.numberNode(value.longValue()) : JSON.numberNode(value);
    }
}
