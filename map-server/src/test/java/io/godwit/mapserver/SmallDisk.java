package io.godwit.mapserver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A file system in memory with so many megabytes; needs root. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;

    public SmallDisk(Path folder, int megabytes) throws IOException {
        this.folder = folder;
        run("mount", "-t", "tmpfs", "-o", size(megabytes), "godwit-test", folder.toString());
    }

    public void resize(int megabytes) throws IOException {
        run("mount", "-o", "remount," + size(megabytes), folder.toString());
    }

    private static String size(int megabytes) {
        return "size=" + megabytes + "m";
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IllegalStateException(List.of(command) + ": " + said);
        }
    }

    /** Files may be mapped still. */
    @Override
    public void close() throws IOException {
        run("umount", "--lazy", folder.toString());
    }
}
