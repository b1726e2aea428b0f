package io.godwit.bench.report;

import java.io.InputStream;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The figures that results are held against ({@code targets.json}): result name, key, operator and value. */
public final class Targets {
    private final Map<String, Map<String, List<Object>>> targets;

    private Targets(Map<String, Map<String, List<Object>>> targets) {
        this.targets = targets;
    }

    public static Targets load() {
        InputStream resource = Objects.requireNonNull(Targets.class.getResourceAsStream("targets.json"));
        return new Targets(JsonMapper.shared()
                .readValue(resource, new TypeReference<LinkedHashMap<String, Map<String, List<Object>>>>() {}));
    }

    /** {@code <= 10}, when there is a target. */
    public Optional<String> text(String result, String key) {
        return find(result, key).map(target -> target.get(0) + " " + target.get(1));
    }

    /** Whether a value is as wanted; empty when there is no target. */
    public Optional<Boolean> met(String result, String key, Object value) {
        return find(result, key).map(target -> holds(target.get(0).toString(), target.get(1), value));
    }

    private Optional<List<Object>> find(String result, String key) {
        return Optional.ofNullable(targets.getOrDefault(result, Map.of()).get(key));
    }

    private static boolean holds(String operator, Object wanted, Object value) {
        if (!(wanted instanceof Number) || !(value instanceof Number)) {
            return operator.equals("==") && wanted.equals(value);
        }
        int order = new BigDecimal(value.toString()).compareTo(new BigDecimal(wanted.toString()));
        return switch (operator) {
            case "<=" -> order <= 0;
            case ">=" -> order >= 0;
            case "==" -> order == 0;
            default -> throw new IllegalStateException("targets.json: unknown operator " + operator);
        };
    }
}
