package io.godwit.xtr.control.mobility;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.fib.Locator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of moves must survive the process: the state and epoch of each EID, the epochs of used tickets, and the number of this life. A text
 * file, one change a line, each with its CRC-32C; appended to, and rewritten when most of it is out of date.
 *
 * <p>A line is written before the step that it tells of is answered, so the end of the process loses none. It is forced to the disk
 * ({@code fsync}) where forgetting would let somebody do something twice: the life number at the start, and used tickets.
 * After a power failure the last second of states may be missing; then the guests are asked where they are. A damaged line, as an
 * interrupted write leaves it, ends the reading. When the file cannot be written, that is said once, and moves go on.
 */
public final class MoveJournal {
    private static final Logger LOG = LoggerFactory.getLogger(MoveJournal.class);
    private static final int MAX_ENTRIES = 200_000;
    /** Rewriting waits for the disk: not in the middle of many moves. */
    private static final int SPARE_LINES = 50_000;

    /** Which of the {@link MoveState}s, as far as a restart is concerned. */
    enum Kind {
        ABSENT,
        LOCAL,
        /** Switched, and not yet committed: it can still come back. */
        LEAVING,
        AWAY,
        EXPECTED,
        ARRIVING
    }

    /**
     * @param epoch the newest that is known of the EID
     * @param locators of the other site, if any
     */
    record Entry(EidPrefix eid, long epoch, Kind kind, Optional<MacAddress> mac, List<Locator> locators) {
        Entry {
            locators = List.copyOf(locators);
        }
    }

    private final Path file;
    private final Map<EidPrefix, Entry> entries = bounded();
    private final Map<EidPrefix, Long> tickets = bounded();
    private long life;
    private int lines;
    private boolean failed;
    private FileChannel channel;
    /** Lines that are written together. */
    private final StringBuilder unwritten = new StringBuilder();

    private int depth;

    private static <V> Map<EidPrefix, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<EidPrefix, V> eldest) {
                return size() > MAX_ENTRIES;
            }
        };
    }

    /** Reads what there is, and begins a new life. Throws {@link UncheckedIOException} with a sentence for the operator. */
    public MoveJournal(Path file, long epochMillis) {
        this.file = file;
        try {
            if (Files.exists(file)) {
                read(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
            }
            life = Math.max(life + 1, epochMillis);
            channel = rewrite();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the journal of moves " + file + ": " + e.getMessage(), e);
        }
    }

    /** Greater than that of every start before. */
    public long life() {
        return life;
    }

    /** What is known of EIDs. */
    Collection<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** The newest that is known of the EID; 0 when nothing is. */
    long epoch(EidPrefix eid) {
        Entry entry = entries.get(eid);
        return entry == null ? 0 : entry.epoch();
    }

    void record(Entry entry) {
        if (!entry.equals(entries.get(entry.eid()))) {
            entries.put(entry.eid(), entry);
            append(text(entry));
        }
    }

    /** Knows of a newer epoch; the state stays. */
    void raise(EidPrefix eid, long epoch) {
        Entry known = entries.getOrDefault(eid, new Entry(eid, 0, Kind.ABSENT, Optional.empty(), List.of()));
        if (epoch > known.epoch()) {
            record(new Entry(eid, epoch, known.kind(), known.mac(), known.locators()));
        }
    }

    /** The epoch of the last ticket of the EID that was used; -1 when none was. */
    long ticketEpoch(EidPrefix eid) {
        return tickets.getOrDefault(eid, -1L);
    }

    /** Runs {@code changes}; what they record is written once, when they are over. */
    void together(Runnable changes) {
        depth++;
        try {
            changes.run();
        } finally {
            if (--depth == 0) {
                writeLines();
            }
        }
    }

    /** Whether what is recorded now is written later. */
    boolean isTogether() {
        return depth > 0;
    }

    /** Returns when it is on the disk. */
    void ticketUsed(EidPrefix eid, long epoch) {
        tickets.put(eid, epoch);
        append("ticket " + eid + " " + epoch);
        writeLines();
        try {
            channel.force(false);
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Without a last word: as if the process ended. */
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            failed(e);
        }
    }

    // --- the file

    private void append(String payload) {
        unwritten.append(line(payload));
        lines++;
        if (depth == 0) {
            writeLines();
        }
    }

    private void writeLines() {
        try {
            if (lines > 2 * (entries.size() + tickets.size()) + SPARE_LINES) {
                channel.close();
                channel = rewrite();
            } else {
                write(channel, unwritten.toString());
            }
        } catch (IOException e) {
            failed(e);
        } finally {
            unwritten.setLength(0);
        }
    }

    private void failed(IOException e) {
        if (!failed) {
            failed = true;
            LOG.warn("moves cannot be written to {}: a restart would not know of them: {}", file, e.getMessage());
        }
    }

    private static void write(FileChannel to, String text) throws IOException {
        ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (octets.hasRemaining()) {
            to.write(octets);
        }
    }

    private FileChannel rewrite() throws IOException {
        StringBuilder whole = new StringBuilder(line("life " + life));
        entries.values().forEach(entry -> whole.append(line(text(entry))));
        tickets.forEach((eid, epoch) -> whole.append(line("ticket " + eid + " " + epoch)));
        lines = 1 + entries.size() + tickets.size();
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        FileChannel to = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        write(to, whole.toString());
        to.force(false);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return to;
    }

    private static String line(String payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload.getBytes(StandardCharsets.ISO_8859_1));
        return HexFormat.of().toHexDigits((int) crc.getValue()) + " " + payload + "\n";
    }

    private static String text(Entry entry) {
        StringBuilder text = new StringBuilder("eid ")
                .append(entry.eid())
                .append(' ')
                .append(entry.epoch())
                .append(' ')
                .append(entry.kind())
                .append(' ')
                .append(entry.mac().map(MacAddress::toString).orElse("-"));
        entry.locators().forEach(l -> text.append(' ')
                .append(l.address())
                .append(',')
                .append(l.priority())
                .append(',')
                .append(l.weight()));
        return text.toString();
    }

    private void read(List<String> all) {
        for (String line : all) {
            int space = line.indexOf(' ');
            if (space < 0 || !(line + "\n").equals(line(line.substring(space + 1)))) {
                LOG.warn("{}: what stands after line {} is damaged and ignored", file, all.indexOf(line));
                return;
            }
            readPayload(line.substring(space + 1).split(" ", -1));
        }
    }

    private void readPayload(String[] words) {
        switch (words[0]) {
            case "life" -> life = Long.parseLong(words[1]);
            case "ticket" -> tickets.put(EidPrefix.parse(words[1]), Long.parseLong(words[2]));
            case "eid" -> {
                Entry entry = entry(words);
                entries.put(entry.eid(), entry);
            }
            default -> LOG.warn("{}: '{}' is of a later version and ignored", file, words[0]);
        }
    }

    private static Entry entry(String[] words) {
        List<Locator> locators = new ArrayList<>();
        for (String word : Arrays.asList(words).subList(5, words.length)) {
            String[] parts = word.split(",", -1);
            locators.add(
                    new Locator(IpAddress.parse(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])));
        }
        return new Entry(
                EidPrefix.parse(words[1]),
                Long.parseLong(words[2]),
                Kind.valueOf(words[3]),
                words[4].equals("-") ? Optional.empty() : Optional.of(MacAddress.parse(words[4])),
                locators);
    }
}
