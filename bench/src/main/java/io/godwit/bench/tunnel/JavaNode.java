package io.godwit.bench.tunnel;

import io.godwit.bench.report.Checkout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A Java program in a network namespace, which says {@code ready} when it is, and takes orders line by line. */
final class JavaNode implements AutoCloseable {
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;

    private final Process process;
    private final BufferedReader output;

    JavaNode(String namespace, Class<?> main, List<String> arguments) throws IOException {
        // A session of its own: where the kernel groups tasks by session, others then cannot crowd it out.
        List<String> command = new ArrayList<>(List.of("setsid", "-w", "ip", "netns", "exec", namespace));
        command.addAll(command(main, arguments));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(Checkout.root().toFile())
                .start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        while (!Objects.equals(line, "ready")) {
            if (line == null) {
                throw new IOException(main.getSimpleName() + " did not start in " + namespace);
            }
            System.out.println(line);
            line = output.readLine();
        }
    }

    /** Runs {@code main} with the daemons' flags. */
    static List<String> command(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseZGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+UseTransparentHugePages",
                "-Xlog:pagesize=off",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** Gives an order and waits for the answer, a number. */
    long order(String order) throws IOException {
        process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        String answer = output.readLine();
        if (answer == null) {
            throw new IOException("no answer to " + order);
        }
        return Long.parseLong(answer);
    }

    /** Processor time used so far, that of children included; 0 when it has ended. */
    double cpuSeconds() throws IOException {
        double sum = 0;
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        for (ProcessHandle each : all) {
            Path stat = Path.of("/proc", Long.toString(each.pid()), "stat");
            if (Files.exists(stat)) {
                String text = Files.readString(stat);
                String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
                sum += Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
            }
        }
        return sum / TICKS_PER_SECOND;
    }

    /** Lets it end by itself. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        if (Boolean.getBoolean("godwit.bench.counters")) {
            output.lines().forEach(System.out::println);
        }
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
