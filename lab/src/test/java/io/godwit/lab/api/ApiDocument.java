package io.godwit.lab.api;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** docs/openapi.yaml, as far as it can be compared with what daemons do. */
final class ApiDocument {
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final JsonNode root;

    ApiDocument(byte[] yaml) {
        root = new YAMLMapper().readTree(yaml);
    }

    /** @param name {@code POST /v1/moves} */
    record Operation(String name, JsonNode node) {
        boolean isOf(String daemon) {
            return node.path("x-daemons").valueStream().anyMatch(one -> one.asString("")
                    .equals(daemon));
        }
    }

    JsonNode root() {
        return root;
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        root.path("paths").propertyStream().forEach(path -> path.getValue()
                .propertyStream()
                .forEach(method -> operations.add(new Operation(
                        method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), method.getValue()))));
        return operations;
    }

    SortedSet<String> operations(String daemon) {
        SortedSet<String> names = new TreeSet<>();
        operations().stream()
                .filter(operation -> operation.isOf(daemon))
                .forEach(operation -> names.add(operation.name()));
        return names;
    }

    /** What is wrong with the answer, each with its place. */
    List<String> problems(Operation operation, JsonNode answer) {
        return problems(operation.node().at("/responses/200/content/application~1json/schema"), answer);
    }

    List<String> requestProblems(Operation operation, JsonNode request) {
        return problems(operation.node().at("/requestBody/content/application~1json/schema"), request);
    }

    List<String> problems(String schema, JsonNode value) {
        return problems(root.at("/components/schemas/" + schema), value);
    }

    /** References lead to the components of the document, which go with the schema. */
    private List<String> problems(JsonNode schema, JsonNode value) {
        if (!(schema instanceof ObjectNode object)) {
            return List.of("there is no schema for it");
        }
        ObjectNode whole = object.deepCopy();
        whole.set("components", root.path("components"));
        return registry.getSchema(whole).validate(value).stream()
                .map(Error::toString)
                .toList();
    }
}
