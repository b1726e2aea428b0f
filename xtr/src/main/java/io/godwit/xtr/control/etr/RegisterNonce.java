package io.godwit.xtr.control.etr;

import io.godwit.daemon.net.Timers;
import io.godwit.xtr.control.core.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Nonces of Map-Registers: each greater than every one before, also across restarts (RFC 9301 section 5.6). The high half is the wall
 * clock in seconds. A clock that was set back does no harm: a file holds a number that no nonce sent has exceeded.
 */
public final class RegisterNonce {
    /** How far ahead numbers are reserved in the file, so that it is written only once a minute. */
    private static final long RESERVE = 64L << 32;

    private final Path file;
    private final Timers timers;
    private long last;
    private long reserved;

    /** @throws UncheckedIOException with a sentence for the operator */
    public RegisterNonce(Path file, Timers timers) {
        this.file = file;
        this.timers = timers;
        reserved = read();
        last = reserved;
    }

    public long next() {
        last = Math.max(last + 1, (timers.epochMillis() / 1000) << 32);
        if (last > reserved) {
            reserved = last + RESERVE;
            write();
        }
        return last;
    }

    private long read() {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return 0;
        } catch (NumberFormatException e) {
            throw new UncheckedIOException(
                    file + " does not hold a number; remove it if the map-servers may forget this xTR's last nonce",
                    new IOException(e));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void write() {
        try {
            WholeFile.write(file, List.of(Long.toString(reserved)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
