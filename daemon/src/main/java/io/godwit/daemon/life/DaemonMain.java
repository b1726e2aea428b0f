package io.godwit.daemon.life;

/** The command line and the life of a daemon. */
public final class DaemonMain {
    private DaemonMain() {}

    /**
     * Runs a daemon until SIGTERM or SIGINT.
     *
     * <pre>
     * public static void main(String[] args) {
     *     System.exit(DaemonMain.run(SPEC, args));
     * }
     * </pre>
     *
     * @return the exit code: 0 after a signal or a successful {@code --check}, 1 when it could not start, 2 for a wrong command line or
     *     configuration
     */
    public static <C> int run(DaemonSpec<C> spec, String... args) {
        throw new IllegalStateException("being built");
    }
}
