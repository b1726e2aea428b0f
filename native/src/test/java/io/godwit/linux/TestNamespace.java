package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A namespace of a test's own, and the ip command as witness. */
final class TestNamespace implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final NetworkNamespace namespace =
            NetworkNamespace.create("gwnative" + ProcessHandle.current().pid() + "x" + COUNT.incrementAndGet());

    NetworkNamespace namespace() {
        return namespace;
    }

    /** Runs ip with {@code arguments} in the namespace; returns what it printed. */
    String ip(String arguments) throws IOException, InterruptedException {
        return run("ip -n " + namespace.name() + " " + arguments);
    }

    /** Runs a program inside. */
    String exec(String command) throws IOException, InterruptedException {
        return run("ip netns exec " + namespace.name() + " " + command);
    }

    private static String run(String command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + "\n" + output).isZero();
        return output;
    }

    static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Override
    public void close() {
        namespace.close();
    }
}
