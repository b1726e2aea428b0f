package io.godwit.daemon.config;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Says what breaks the schema so that an operator who never saw the schema understands it. */
final class SchemaMessages {
    private final Function<SchemaLocation, JsonNode> schemas;
    private final ErrorList errors;

    /** @param schemas finds a part of a schema by its location */
    SchemaMessages(Function<SchemaLocation, JsonNode> schemas, ErrorList errors) {
        this.schemas = schemas;
        this.errors = errors;
    }

    void add(Error error) {
        String pointer = pointer(error.getInstanceLocation());
        JsonNode found = error.getInstanceNode();
        switch (error.getKeyword()) {
            case "additionalProperties", "unevaluatedProperties" -> unknownKey(error, pointer);
            case "required" -> errors.add(pointer, missingKey(error));
            case "type" -> errors.add(pointer, "must be " + types(error.getSchemaNode()) + ", not " + describe(found));
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
                errors.add(pointer, "must be " + range(parent(error)) + ", not " + describe(found));
            case "enum" -> errors.add(pointer, oneOf(error.getSchemaNode(), found));
            case "const" ->
                errors.add(pointer, "must be " + describe(error.getSchemaNode()) + ", not " + describe(found));
            case "minItems", "minProperties" ->
                errors.add(pointer, "needs at least " + count(error.getSchemaNode(), "entry", "entries"));
            case "maxItems", "maxProperties" ->
                errors.add(pointer, "may have at most " + count(error.getSchemaNode(), "entry", "entries"));
            case "minLength" ->
                errors.add(
                        pointer, "must not be shorter than " + count(error.getSchemaNode(), "character", "characters"));
            case "uniqueItems" -> errors.add(pointer, "has the same entry twice");
            case "pattern", "format" -> errors.add(pointer, "must be " + shape(error) + ", not " + describe(found));
            default -> errors.add(pointer, error.getMessage());
        }
    }

    private static String pointer(NodePath path) {
        StringBuilder pointer = new StringBuilder();
        for (int i = 0; i < path.getNameCount(); i++) {
            pointer.append('/').append(YamlDocument.escape(String.valueOf(path.getElement(i))));
        }
        return pointer.toString();
    }

    private void unknownKey(Error error, String pointer) {
        String key = error.getProperty();
        List<String> known = new ArrayList<>(parent(error).path("properties").propertyNames());
        String suggestion = Suggestion.of(key, known);
        String allowed = known.isEmpty() ? "" : "; known here: " + String.join(", ", known);
        errors.addAtKey(
                pointer + "/" + YamlDocument.escape(key),
                "unknown key '" + key + "'" + (suggestion.isEmpty() ? allowed : suggestion));
    }

    private String missingKey(Error error) {
        String key = error.getProperty();
        JsonNode description = parent(error).path("properties").path(key).path("description");
        return "lacks the key '" + key + "'" + (description.isString() ? " (" + description.asString() + ")" : "");
    }

    /** The part of the schema that holds the keyword. */
    private JsonNode parent(Error error) {
        SchemaLocation keyword = error.getSchemaLocation();
        return schemas.apply(new SchemaLocation(
                keyword.getAbsoluteIri(), keyword.getFragment().getParent()));
    }

    private String shape(Error error) {
        JsonNode parent = parent(error);
        JsonNode description = parent.path("description");
        return description.isString() ? description.asString() : "of the form " + describe(error.getSchemaNode());
    }

    private static String range(JsonNode schema) {
        String from = schema.has("minimum")
                ? schema.get("minimum").asString()
                : schema.has("exclusiveMinimum") ? "above " + schema.get("exclusiveMinimum") : "";
        String to = schema.has("maximum")
                ? schema.get("maximum").asString()
                : schema.has("exclusiveMaximum") ? "below " + schema.get("exclusiveMaximum") : "";
        return to.isEmpty()
                ? "a number of at least " + from
                : from.isEmpty() ? "a number of at most " + to : "a number from " + from + " to " + to;
    }

    private static String oneOf(JsonNode allowed, JsonNode found) {
        List<String> values = new ArrayList<>();
        allowed.forEach(value -> values.add(value.asString()));
        return "must be one of " + String.join(", ", values) + ", not " + describe(found)
                + Suggestion.of(found.asString(""), values);
    }

    private static String count(JsonNode limit, String one, String many) {
        return limit.asString() + " " + (limit.asInt() == 1 ? one : many);
    }

    private static String types(JsonNode type) {
        if (type.isArray()) {
            List<String> names = new ArrayList<>();
            type.forEach(one -> names.add(typeName(one.asString())));
            return String.join(" or ", names);
        }
        return typeName(type.asString());
    }

    private static String typeName(String type) {
        return switch (type) {
            case "object" -> "a block of keys";
            case "array" -> "a list";
            case "string" -> "text";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            case "null" -> "empty";
            default -> type;
        };
    }

    private static String describe(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "a block of keys";
            case ARRAY -> "a list";
            case STRING -> "'" + value.asString() + "'";
            case NULL, MISSING -> "empty";
            case NUMBER, BOOLEAN, BINARY, POJO -> value.toString();
        };
    }
}
