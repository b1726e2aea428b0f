package io.godwit.daemon.config;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import tools.jackson.databind.JsonNode;

/** A JSON schema (2020-12) of the class path. */
final class ConfigSchema {
    private final SchemaRegistry registry;
    private final Schema schema;

    private ConfigSchema(SchemaRegistry registry, Schema schema) {
        this.registry = registry;
        this.schema = schema;
    }

    /** @param resource absolute: {@code /schema/xtr.json} */
    static ConfigSchema load(String resource) {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        return new ConfigSchema(registry, registry.getSchema(SchemaLocation.of("classpath:" + resource)));
    }

    /** Adds what is wrong to {@code errors}, and the schema's defaults to {@code root} where something is absent. */
    void validate(JsonNode root, ErrorList errors) {
        SchemaMessages messages =
                new SchemaMessages(location -> registry.getSchema(location).getSchemaNode(), errors);
        for (Error error : schema.validate(root)) {
            messages.add(error);
        }
        schema.walk(
                root,
                false,
                (ExecutionContext context) -> context.walkConfig(
                        walk -> walk.applyDefaultsStrategy(defaults -> defaults.applyPropertyDefaults(true))));
    }
}
