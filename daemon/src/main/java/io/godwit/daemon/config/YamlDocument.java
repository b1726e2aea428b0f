package io.godwit.daemon.config;

import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;

/**
 * A YAML document as JSON, that remembers where everything stood.
 *
 * @param values places of the values by JSON pointer
 * @param keys places of the keys by the JSON pointer of their value
 */
record YamlDocument(JsonNode root, Map<String, Place> values, Map<String, Place> keys) {
    /** Both 1-based. */
    record Place(int line, int column) {
        static final Place START = new Place(1, 1);

        static Place of(Optional<Mark> mark) {
            return mark.map(at -> new Place(at.getLine() + 1, at.getColumn() + 1))
                    .orElse(START);
        }
    }

    /** Empty when the text is no YAML, which {@code errors} then says. */
    static Optional<YamlDocument> parse(String text, ErrorList errors) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setUseMarks(true)
                .build();
        try {
            Optional<Node> node = new Compose(settings).composeString(text);
            if (node.isEmpty()) {
                errors.add(1, 1, "", "is empty: it must hold the configuration");
                return Optional.empty();
            }
            YamlToJson conversion = new YamlToJson(errors);
            JsonNode root = conversion.convert(node.get());
            return Optional.of(new YamlDocument(root, conversion.values(), conversion.keys()));
        } catch (MarkedYamlEngineException e) {
            Place place = Place.of(e.getProblemMark().or(e::getContextMark));
            errors.add(place.line(), place.column(), "", sentence(e));
        } catch (YamlEngineException e) {
            errors.add(1, 1, "", "is not YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static String sentence(MarkedYamlEngineException e) {
        String problem = String.valueOf(e.getProblem());
        if (problem.contains("TAB")) {
            return "is not YAML: a tab; YAML is indented with spaces";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "is not YAML: a ':' that cannot stand here; check the indentation, or quote the text around it";
        }
        String context = e.getContext();
        return "is not YAML: " + (context == null ? "" : context + ", ") + problem;
    }

    /** Where the value at {@code pointer} stands; where it is absent, its nearest parent. */
    Place value(String pointer) {
        return nearest(values, pointer);
    }

    /** Where the key of the value at {@code pointer} stands; for a list entry, the entry. */
    Place key(String pointer) {
        Place key = keys.get(pointer);
        return key != null ? key : value(pointer);
    }

    private static Place nearest(Map<String, Place> places, String pointer) {
        for (String path = pointer; !path.isEmpty(); path = path.substring(0, Math.max(0, path.lastIndexOf('/')))) {
            Place place = places.get(path);
            if (place != null) {
                return place;
            }
        }
        return places.getOrDefault("", Place.START);
    }

    /** A key as part of a JSON pointer (RFC 6901 section 3). */
    static String escape(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
