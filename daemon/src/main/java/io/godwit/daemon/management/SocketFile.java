package io.godwit.daemon.management;

import io.godwit.daemon.StartException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The file of a Unix socket: whose is it, and who may use it. */
final class SocketFile {
    /** {@code sun_path} of sockaddr_un, less the final zero and the suffix below. */
    private static final int MAX_PATH = 106;
    /** Netty deletes the path it bound when it closes, whoever's it is by then: so it binds another, which is renamed. */
    private static final String BOUND = "~";

    private final Path path;
    private @Nullable Object ours;

    SocketFile(Path path) {
        this.path = path;
    }

    /** Where the server is to listen at first. */
    Path bound() {
        return path.resolveSibling(path.getFileName() + BOUND);
    }

    /** Makes way for a new socket. Throws {@link StartException}. */
    void prepare() {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH) {
            throw new StartException("management socket " + path + " is too long a path: a Unix socket's may have "
                    + MAX_PATH + " octets");
        }
        try {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.deleteIfExists(bound());
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            if (!isSocket()) {
                throw new StartException("management socket " + path + " is another kind of file: remove it, or set"
                        + " management.socket to another path");
            }
            if (isServed()) {
                throw new StartException("management socket " + path
                        + " belongs to a process that runs: stop it, or set" + " management.socket to another path");
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new StartException("management socket " + path + " cannot be made: " + e, e);
        }
    }

    private boolean isSocket() throws IOException {
        // S_IFMT is 0170000, S_IFSOCK 0140000 (inode(7)).
        return ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0170000) == 0140000;
    }

    private boolean isServed() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return false;
        }
    }

    /** Now that somebody listens at {@link #bound}: mode 0660, the owner and its group may use the API. */
    void publish() {
        try {
            Files.setPosixFilePermissions(bound(), PosixFilePermissions.fromString("rw-rw----"));
            Files.move(bound(), path, StandardCopyOption.ATOMIC_MOVE);
            ours = fileKey();
        } catch (IOException e) {
            throw new StartException("management socket " + path + " cannot be put into its place: " + e, e);
        }
    }

    /** Unless a successor has put its own in the place. */
    void delete() {
        try {
            if (ours != null && Files.exists(path) && ours.equals(fileKey())) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(SocketFile.class).warn("{} is left behind: {}", path, e.toString());
        }
    }

    private @Nullable Object fileKey() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }
}
