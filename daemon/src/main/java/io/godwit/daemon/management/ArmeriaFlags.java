package io.godwit.daemon.management;

/** Armeria's own settings: read once, when its classes load. Whatever is set on the command line wins. */
final class ArmeriaFlags {
    private ArmeriaFlags() {}

    static void set() {
        // No TLS on a Unix socket: leaves the native library unloaded.
        set("useOpenSsl", "false");
        // The root pom chooses Netty's version.
        set("warnNettyVersions", "false");
        set("reportBlockedEventLoop", "false");
        set("numCommonWorkers", "1");
        set("numCommonBlockingTaskThreads", "1");
    }

    private static void set(String flag, String value) {
        String property = "com.linecorp.armeria." + flag;
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
