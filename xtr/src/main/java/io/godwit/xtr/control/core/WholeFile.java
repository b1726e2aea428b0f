package io.godwit.xtr.control.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;

/** A small file of the state directory that is replaced as a whole: whoever reads it finds what was, or what is, and never a part. */
public final class WholeFile {
    private WholeFile() {}

    /** Makes {@code lines} all that {@code file} holds. */
    public static void write(Path file, Collection<String> lines) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, lines);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
