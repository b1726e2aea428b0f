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
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.LoggerFactory;

/** The file of a Unix socket: whose is it, and who may use it. */
record SocketFile(Path path) {
    /** {@code sun_path} of sockaddr_un, less the final zero. */
    private static final int MAX_PATH = 107;

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

    /** Mode 0660: the owner and its group may use the API. */
    void allowGroup() {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
        } catch (IOException e) {
            throw new StartException("the mode of management socket " + path + " cannot be set: " + e, e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LoggerFactory.getLogger(SocketFile.class).warn("{} is left behind: {}", path, e.toString());
        }
    }
}
