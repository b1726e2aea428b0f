package io.godwit.bench.codec;

import io.godwit.bench.report.BenchmarksDoc;
import io.godwit.bench.report.ResultFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code FuzzReport EXECUTIONS FINDINGS MILLISECONDS [--json FILE] [--publish]}: what bench/fuzz counted, as a result file. */
public final class FuzzReport {
    private FuzzReport() {}

    public static void main(String[] arguments) throws Exception {
        long executions = Long.parseLong(arguments[0]);
        long findings = Long.parseLong(arguments[1]);
        long milliseconds = Long.parseLong(arguments[2]);
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("executions", executions);
        summary.put("findings", findings);
        summary.put("executionsPerSecond", executions * 1000 / Math.max(1, milliseconds));
        System.out.println(summary);
        ResultFile result = ResultFile.of(
                "fuzz", "bench/fuzz --executions " + executions, summary, Map.of("milliseconds", milliseconds));
        for (int i = 3; i < arguments.length; i++) {
            if (arguments[i].equals("--json")) {
                result.write(Path.of(arguments[++i]));
            } else if (arguments[i].equals("--publish")) {
                result.write(ResultFile.published("fuzz"));
                BenchmarksDoc.main(new String[0]);
            }
        }
    }
}
