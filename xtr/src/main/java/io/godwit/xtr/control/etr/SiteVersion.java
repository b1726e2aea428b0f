package io.godwit.xtr.control.etr;

import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.data.MapVersion;
import io.godwit.xtr.control.core.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The Map-Version of this site's prefixes (RFC 9302 section 6), which all have the same locators: the first one is random, each change of the
 * locators counts it up, also one made while the router was not running. A file keeps it.
 */
public final class SiteVersion {
    private static final int VERSIONS = 0xfff;

    private final Path file;
    private int current;

    /**
     * @param locators as of now
     * @throws UncheckedIOException with a sentence for the operator
     */
    public SiteVersion(Path file, List<RlocRecord> locators, RandomGenerator random) {
        this.file = file;
        String[] kept = read().split(" ", 2);
        String now = text(locators);
        if (kept.length < 2) {
            current = 1 + random.nextInt(VERSIONS);
            write(now);
        } else {
            current = number(kept[0]);
            if (!kept[1].equals(now)) {
                next(locators);
            }
        }
    }

    public int current() {
        return current;
    }

    /** The locators, their priorities or weights are others now. */
    public void next(List<RlocRecord> locators) {
        current = MapVersion.next(current);
        write(text(locators));
    }

    private static String text(List<RlocRecord> locators) {
        return locators.stream()
                .map(rloc -> rloc.locator() + "/" + rloc.priority() + "/" + rloc.weight())
                .collect(Collectors.joining(" "));
    }

    private int number(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number > MapVersion.NULL && number <= VERSIONS) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw unusable(e);
        }
        throw unusable(new IOException(text));
    }

    private UncheckedIOException unusable(Exception cause) {
        return new UncheckedIOException(
                file + " does not begin with a number from 1 to " + VERSIONS + "; remove it to have a new one made",
                new IOException(cause));
    }

    private String read() {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void write(String locators) {
        try {
            WholeFile.write(file, List.of(current + " " + locators));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
