package io.godwit.xtr.control.etr;

import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.control.core.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** The RLOCs that an operator took out of use: a file with one a line, so that a restart does not put them into use again. */
public final class DrainedRlocs {
    private final Path file;
    private final TreeSet<String> drained = new TreeSet<>();

    /** Throws {@link UncheckedIOException} and {@link IllegalArgumentException} with a sentence that names the file. */
    public DrainedRlocs(Path stateDirectory) {
        file = stateDirectory.resolve("drained-rlocs");
        try {
            if (Files.exists(file)) {
                Files.readAllLines(file).stream()
                        .filter(line -> !line.isBlank())
                        .forEach(this::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read which RLOCs are drained from " + file + ": " + e.getMessage(), e);
        }
    }

    private void add(String line) {
        try {
            drained.add(IpAddress.parse(line.strip()).toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    file + " must hold an address a line, not '" + line + "': remove it to have none drained", e);
        }
    }

    public List<IpAddress> all() {
        return drained.stream().map(IpAddress::parse).toList();
    }

    /** Throws {@link UncheckedIOException} with a sentence that names the file. */
    void put(IpAddress rloc, boolean out) {
        boolean changed = out ? drained.add(rloc.toString()) : drained.remove(rloc.toString());
        if (!changed) {
            return;
        }
        try {
            WholeFile.write(file, drained);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep in " + file + " which RLOCs are drained: " + e.getMessage(), e);
        }
    }
}
