package io.godwit.lab;

import io.godwit.bench.report.BenchmarksDoc;
import io.godwit.bench.report.ResultFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a lab's result goes. */
public final class Results {
    @Option(names = "--json", paramLabel = "FILE", description = "Writes the result as JSON.")
    private @Nullable Path json;

    @Option(names = "--publish", description = "Replaces this lab's file in docs/results, and docs/BENCHMARKS.md.")
    private boolean publish;

    public void write(ResultFile result) throws IOException {
        if (json != null) {
            result.write(json);
        }
        if (publish) {
            result.write(ResultFile.published(result.name()));
            BenchmarksDoc.main(new String[0]);
        }
    }
}
