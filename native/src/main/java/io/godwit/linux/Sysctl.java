package io.godwit.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Kernel settings below /proc/sys of the calling thread's network namespace. Names are paths, as in {@code net/ipv4/conf/eth0.7/rp_filter}, since
 * the name of an interface may hold dots.
 */
public final class Sysctl {
    private static final Path ROOT = Path.of("/proc/sys");

    private Sysctl() {}

    /** Name of an IPv4 setting of an interface, e.g. {@code rp_filter}, {@code forwarding}, {@code proxy_arp}. */
    public static String ipv4(String interfaceName, String key) {
        return "net/ipv4/conf/" + interfaceName + "/" + key;
    }

    /** Name of an IPv6 setting of an interface, e.g. {@code forwarding}, {@code disable_ipv6}, {@code addr_gen_mode}. */
    public static String ipv6(String interfaceName, String key) {
        return "net/ipv6/conf/" + interfaceName + "/" + key;
    }

    /** Whether this kernel, as configured, has the setting. */
    public static boolean exists(String name) {
        return Files.exists(ROOT.resolve(name));
    }

    public static String read(String name) {
        try {
            return Files.readString(ROOT.resolve(name)).strip();
        } catch (IOException e) {
            throw failure("read", name, e);
        }
    }

    public static void write(String name, String value) {
        try {
            Files.writeString(ROOT.resolve(name), value);
        } catch (IOException e) {
            throw failure("set", name, e);
        }
    }

    public static void write(String name, int value) {
        write(name, Integer.toString(value));
    }

    private static LinuxException failure(String verb, String name, IOException reason) {
        int errno = exists(name) ? Errno.EACCES : Errno.ENOENT;
        String why = errno == Errno.ENOENT
                ? "it does not exist: is the interface there, and the kernel built with it?"
                : "the kernel refused (" + reason.getMessage() + "): run as root, and check that /proc/sys is writable";
        return new LinuxException("Cannot " + verb + " " + ROOT.resolve(name) + ": " + why, errno);
    }
}
