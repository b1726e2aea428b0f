package io.godwit.bench.codec;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Operations for each second of processor time that the JVM used, its compiler and collector included: neighbours do not count. */
public final class CpuTimeProfiler implements InternalProfiler {
    static final String LABEL = "perCpuSecond";

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private long before;

    @Override
    public String getDescription() {
        return "operations per second of processor time";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = system.getProcessCpuTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long nanoseconds = Math.max(1, system.getProcessCpuTime() - before);
        double score = result.getMetadata().getAllOps() * 1e9 / nanoseconds;
        return List.of(new ScalarResult(LABEL, score, "ops/s", AggregationPolicy.AVG));
    }
}
