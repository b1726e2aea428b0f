package io.godwit.hypervisor.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The monitor sockets that exist, by patterns such as {@code /run/qemu/*.agent}. */
final class MonitorFiles {
    /** More guests than a host has. */
    private static final int MAX = 4_096;

    private record Pattern(Path folder, String name) {}

    private final List<Pattern> patterns = new ArrayList<>();

    MonitorFiles(List<String> patterns) {
        for (String text : patterns) {
            int slash = text.lastIndexOf('/');
            this.patterns.add(
                    new Pattern(Path.of(slash <= 0 ? "/" : text.substring(0, slash)), text.substring(slash + 1)));
        }
    }

    Set<Path> list() {
        Set<Path> found = new LinkedHashSet<>();
        for (Pattern pattern : patterns) {
            if (!Files.isDirectory(pattern.folder)) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(pattern.folder, pattern.name)) {
                for (Path file : files) {
                    if (found.size() < MAX && !Files.isRegularFile(file)) {
                        found.add(file);
                    }
                }
            } catch (IOException e) {
                // It has vanished while we looked; the next look will tell.
            }
        }
        return found;
    }
}
