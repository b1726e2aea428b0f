package io.godwit.mapserver.state;

import io.godwit.daemon.StartException;
import io.godwit.mapserver.registration.NonceStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The last Map-Register nonce of each xTR and key, in a file mapped into memory: a place for each, found by a 64-bit hash of who it is.
 * Where two share a place the higher nonce stays, which can only refuse too much.
 */
public final class NonceFile implements NonceStore {
    private static final int PLACES = 1 << 18;
    private static final int PLACE_OCTETS = 16;
    private static final int OCTETS = PLACES * PLACE_OCTETS;
    private static final int PROBES = 16;

    private final MappedByteBuffer file;

    private NonceFile(MappedByteBuffer file) {
        this.file = file;
    }

    static NonceFile open(Path folder) {
        Path path = folder.resolve("nonces");
        try {
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                fill(channel);
                return new NonceFile(channel.map(FileChannel.MapMode.READ_WRITE, 0, OCTETS));
            }
        } catch (IOException e) {
            throw new StartException("state file " + path + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Writes what is there once more, so that there are no holes: a full disk would end the process where one is written to. */
    private static void fill(FileChannel channel) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(OCTETS);
        while (all.hasRemaining() && channel.read(all, all.position()) > 0) {
            // goes on
        }
        all.clear();
        while (all.hasRemaining()) {
            channel.write(all, all.position());
        }
    }

    @Override
    public long last(long sender) {
        int place = place(sender);
        return file.getLong(place) == 0 ? 0 : file.getLong(place + 8);
    }

    @Override
    public void accepted(long sender, long nonce) {
        int place = place(sender);
        if (file.getLong(place) != sender) {
            file.putLong(place, sender);
        }
        if (Long.compareUnsigned(nonce, file.getLong(place + 8)) > 0) {
            file.putLong(place + 8, nonce);
        }
    }

    /** The sender's place, or an empty one for it, or the last one looked at. */
    private int place(long sender) {
        int index = (int) (sender ^ sender >>> 32) & (PLACES - 1);
        int place = index * PLACE_OCTETS;
        for (int i = 0; i < PROBES; i++) {
            place = ((index + i) & (PLACES - 1)) * PLACE_OCTETS;
            long holder = file.getLong(place);
            if (holder == sender || holder == 0) {
                return place;
            }
        }
        return place;
    }

    void force() {
        file.force();
    }
}
