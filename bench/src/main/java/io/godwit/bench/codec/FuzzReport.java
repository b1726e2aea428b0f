package io.godwit.bench.codec;

import io.godwit.bench.report.BenchmarksDoc;
import io.godwit.bench.report.ResultFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code FuzzReport EXECUTIONS FINDINGS MILLISECONDS [--onto FILE] [--json FILE] [--publish]}: what bench/fuzz counted, as a result file.
 * {@code --onto} adds it to an earlier result.
 */
public final class FuzzReport {
    private FuzzReport() {}

    public static void main(String[] arguments) throws Exception {
        List<Run> runs = new ArrayList<>();
        runs.add(new Run(Long.parseLong(arguments[0]), Long.parseLong(arguments[1]), Long.parseLong(arguments[2])));
        for (int i = 3; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--onto" -> runs.addFirst(earlier(Path.of(arguments[++i])));
                case "--json" -> result(runs).write(Path.of(arguments[++i]));
                case "--publish" -> {
                    result(runs).write(ResultFile.published("fuzz"));
                    BenchmarksDoc.main(new String[0]);
                }
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        System.out.println(summary(runs));
    }

    /** One call of bench/fuzz. */
    private record Run(long executions, long findings, long milliseconds) {}

    private static Run earlier(Path file) {
        JsonNode result = JsonMapper.shared().readTree(file.toFile());
        return new Run(
                result.path("summary").path("executions").asLong(),
                result.path("summary").path("findings").asLong(),
                result.path("details").path("milliseconds").asLong());
    }

    private static ResultFile result(List<Run> runs) {
        Map<String, Object> summary = summary(runs);
        Map<String, Object> details = Map.of("milliseconds", milliseconds(runs), "runs", runs);
        return ResultFile.of("fuzz", "bench/fuzz --executions " + summary.get("executions"), summary, details);
    }

    private static Map<String, Object> summary(List<Run> runs) {
        long executions = runs.stream().mapToLong(Run::executions).sum();
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("executions", executions);
        summary.put("findings", runs.stream().mapToLong(Run::findings).sum());
        summary.put("executionsPerSecond", executions * 1000 / Math.max(1, milliseconds(runs)));
        return summary;
    }

    private static long milliseconds(List<Run> runs) {
        return runs.stream().mapToLong(Run::milliseconds).sum();
    }
}
