package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.client.PcapngCounter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "capture",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "write packets of an xTR to a pcapng file, as they came and as they left",
            "",
            "Interfaces are the TUN devices (inner packets) and the RLOCs (LISP packets, outer headers restored). A"
                    + " packet that was dropped has the reason as its comment. Ends with Ctrl-C, or as told."
        },
        footer = {
            "  godwit capture -w site.pcapng --filter \"host 10.0.0.5\" --seconds 60",
            "  godwit capture -w - --outer | tshark -r -",
            "  godwit capture -w - --count 100 | tshark -r - -Y frame.comment -T fields -e frame.comment"
        })
final class CaptureCommand implements Callable<Integer> {
    static final class Layers {
        @Option(names = "--inner", description = "only what comes from and goes to the site")
        private boolean inner;

        @Option(names = "--outer", description = "only LISP packets")
        private boolean outer;

        @Option(names = "--both", description = "both; so it is unless said otherwise")
        private boolean both;

        String name() {
            return inner && !both ? "inner" : outer && !both ? "outer" : "both";
        }
    }

    @Option(names = "-w", required = true, paramLabel = "FILE", description = "where to write; - is standard output")
    private String file = "";

    @Option(
            names = "--filter",
            paramLabel = "FILTER",
            description =
                    "a pcap filter (man pcap-filter) that the inner packet must match: addresses and numbers, no names")
    private @Nullable String filter;

    @ArgGroup
    private @Nullable Layers layers;

    @Option(names = "--count", paramLabel = "N", description = "end after N packets")
    private @Nullable Integer count;

    @Option(names = "--seconds", paramLabel = "S", description = "end after S seconds")
    private @Nullable Integer seconds;

    @Option(names = "--snaplen", paramLabel = "OCTETS", description = "of each packet, at the most; all unless said")
    private @Nullable Integer snapLength;

    @Mixin
    private Target daemon = new Target();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        for (Integer limit : new @Nullable Integer[] {count, seconds, snapLength}) {
            if (limit != null && limit < 1) {
                throw new ParameterException(
                        spec.commandLine(), "--count, --seconds and --snaplen are numbers from 1 on");
            }
        }
        ManagementClient asked = daemon.serving("/v1/trace", "captures");
        PcapngCounter counter = new PcapngCounter();
        Thread summary = new Thread(() -> tell(counter));
        Runtime.getRuntime().addShutdownHook(summary);
        try (OutputStream out = open()) {
            asked.stream("/v1/capture?" + query(), octets -> {
                counter.accept(octets);
                write(out, octets);
            });
        } catch (ReaderGone e) {
            // Whoever read our output has enough.
        } finally {
            Runtime.getRuntime().removeShutdownHook(summary);
        }
        tell(counter);
        return 0;
    }

    private void write(OutputStream out, byte[] octets) throws ReaderGone {
        try {
            out.write(octets);
            out.flush();
        } catch (IOException e) {
            throw new CommandFailure("cannot write " + file + ": " + e.getMessage());
        }
        if (out instanceof PrintStream standard && standard.checkError()) {
            throw new ReaderGone();
        }
    }

    private void tell(PcapngCounter counter) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(counter.packets() + " packets" + (counter.lost() > 0 ? ", " + counter.lost() + " missed" : ""));
        err.flush();
    }

    private OutputStream open() {
        try {
            return file.equals("-") ? System.out : Files.newOutputStream(Path.of(file));
        } catch (IOException e) {
            throw new CommandFailure("cannot write " + file + ": " + e.getMessage());
        }
    }

    private String query() {
        StringBuilder query = new StringBuilder("layers=").append(layers == null ? "both" : layers.name());
        add(query, "filter", filter);
        add(query, "count", count);
        add(query, "seconds", seconds);
        add(query, "snaplen", snapLength);
        return query.toString();
    }

    private static void add(StringBuilder query, String key, @Nullable Object value) {
        if (value != null) {
            query.append('&')
                    .append(key)
                    .append('=')
                    .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
        }
    }
}
