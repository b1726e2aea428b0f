package io.godwit.xtr.control.etr;

import io.godwit.daemon.net.Timers;
import io.godwit.xtr.control.core.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last nonce of each sender of Map-Registers: what does not exceed it was sent before (RFC 9301 section 5.6). Kept in a file, one line
 * a sender; what arrives within one turn of the event loop is written once.
 */
public final class ReceivedNonces {
    private static final Logger LOG = LoggerFactory.getLogger(ReceivedNonces.class);

    private final Path file;
    private final Timers timers;
    private final TreeMap<String, Long> last = new TreeMap<>();
    private boolean writing;
    private boolean warned;

    /** @throws UncheckedIOException with a sentence for the operator */
    public ReceivedNonces(Path file, Timers timers) {
        this.file = file;
        this.timers = timers;
        try {
            Files.readAllLines(file).forEach(this::read);
        } catch (NoSuchFileException e) {
            return;
        } catch (NumberFormatException e) {
            throw new UncheckedIOException(
                    file + " does not hold nonces; remove it if first-hop routers may repeat theirs",
                    new IOException(e));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void read(String line) {
        int space = line.indexOf(' ');
        if (space < 0) {
            throw new NumberFormatException(line);
        }
        last.put(line.substring(space + 1), Long.parseUnsignedLong(line.substring(0, space)));
    }

    /**
     * Whether {@code nonce} exceeds, as an unsigned number, all that {@code sender} used before; then it is the last one.
     *
     * @param sender and its key: another key may begin anew
     */
    public boolean isNew(String sender, long nonce) {
        Long before = last.get(sender);
        if (before != null && Long.compareUnsigned(nonce, before) <= 0) {
            return false;
        }
        last.put(sender, nonce);
        if (!writing) {
            writing = true;
            timers.execute(this::write);
        }
        return true;
    }

    private void write() {
        writing = false;
        List<String> lines = last.entrySet().stream()
                .map(entry -> Long.toUnsignedString(entry.getValue()) + " " + entry.getKey())
                .toList();
        try {
            WholeFile.write(file, lines);
        } catch (IOException e) {
            if (!warned) {
                warned = true;
                LOG.warn(
                        "cannot write {}: after a restart Map-Registers of first-hop routers may be repeated ({};"
                                + " logged once)",
                        file,
                        e.getMessage());
            }
        }
    }
}
