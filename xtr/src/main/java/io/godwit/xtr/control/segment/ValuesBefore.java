package io.godwit.xtr.control.segment;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What kernel parameters and MACs were before this xTR changed them, so that its stop can put them back. Kept in the state directory: the
 * stop after a kill finds them too.
 */
final class ValuesBefore {
    private static final Logger LOG = LoggerFactory.getLogger(ValuesBefore.class);

    private final Path file;
    private final Properties values = new Properties();

    ValuesBefore(Path file) {
        this.file = file;
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                values.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("{} cannot be read, what it names stays as it is: {}", file, e.toString());
            }
        }
    }

    /** Before {@code name} is changed. The value of the first time counts. */
    void note(String name, String value) {
        if (values.putIfAbsent(name, value) != null) {
            return;
        }
        try (Writer writer = Files.newBufferedWriter(file)) {
            values.store(writer, "what godwit xtr changed in this kernel, and its values before");
        } catch (IOException e) {
            LOG.warn("{} cannot be written, so a killed xTR's changes stay: {}", file, e.toString());
        }
    }

    /** @param restore puts a value back, and says whether it is done with */
    void restore(BiPredicate<String, String> restore) {
        List<String> names = new ArrayList<>(values.stringPropertyNames());
        names.sort(null); // "all" before the interfaces: it sets theirs too.
        names.removeIf(name -> restore.test(name, values.getProperty(name)));
        if (names.isEmpty()) {
            values.clear();
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("{} is left behind: {}", file, e.toString());
            }
        }
    }
}
