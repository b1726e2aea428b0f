package io.godwit.cli.client;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The sockets of the daemons on this machine. */
public final class Sockets {
    /** Where daemons put them unless configured otherwise. */
    public static final Path FOLDER = Path.of("/run/godwit");

    private static final String SUFFIX = ".sock";

    private Sockets() {}

    /** {@code xtr-a} of {@code /run/godwit/xtr-a.sock}. */
    public static String name(Path socket) {
        String file = String.valueOf(socket.getFileName());
        return file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : file;
    }

    /** A daemon by its name, or by the path of its socket. */
    public static Path find(String nameOrPath, Path folder) {
        return nameOrPath.contains("/") || nameOrPath.endsWith(SUFFIX)
                ? Path.of(nameOrPath)
                : folder.resolve(nameOrPath + SUFFIX);
    }

    /** In alphabetical order; empty when there is no such folder, and the one when it is a socket itself. Throws {@link ManagementException} when it may not be read. */
    public static List<Path> in(Path folder) {
        List<Path> sockets = new ArrayList<>();
        if (folder.toString().endsWith(SUFFIX) && Files.exists(folder)) {
            sockets.add(folder);
        } else if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
                files.forEach(sockets::add);
            } catch (IOException e) {
                throw new ManagementException("the sockets in " + folder + " cannot be listed: use sudo", e);
            }
        }
        Collections.sort(sockets);
        return sockets;
    }

    /** What there is beside a socket that is not there. */
    static String choices(Path missing) {
        Path folder = missing.toAbsolutePath().getParent();
        List<String> names = folder == null
                ? List.of()
                : in(folder).stream().map(Sockets::name).toList();
        return names.isEmpty()
                ? "no daemon runs there; name its socket with --socket"
                : "in " + folder + " there are " + String.join(", ", names);
    }
}
