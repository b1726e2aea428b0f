package io.godwit.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The peers' golden packets, which live beside the checkout and not in it. */
public final class Vectors {
    private Vectors() {}

    /** The folder {@code ../shared/vectors} beside the checkout, when it is there. */
    public static Optional<Path> folder() {
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            Path vectors = dir.resolveSibling("shared").resolve("vectors");
            if (Files.isDirectory(vectors)) {
                return Optional.of(vectors);
            }
        }
        return Optional.empty();
    }

    /** The folder, or the test is skipped and says why. */
    public static Path required() {
        Optional<Path> folder = folder();
        Assumptions.assumeTrue(
                folder.isPresent(), "the peers' vectors (../shared/vectors) are not beside this checkout");
        return folder.orElseThrow();
    }
}
