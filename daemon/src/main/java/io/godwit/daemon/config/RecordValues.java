package io.godwit.daemon.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A record's components that are not null, by their keys in the file. */
final class RecordValues {
    private RecordValues() {}

    static Map<String, Object> of(Record owner) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : owner.getClass().getRecordComponents()) {
            try {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true);
                Object value = accessor.invoke(owner);
                if (value != null) {
                    values.put(kebabCase(component.getName()), value);
                }
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException(owner.getClass() + "." + component.getName(), e);
            }
        }
        return values;
    }

    static String kebabCase(String camelCase) {
        return camelCase.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
