package io.godwit.lab.traffic;

import java.nio.file.Path;
import java.util.List;

/** How to start one of our small programs: the JVM and class path that this one runs on. */
public final class JavaCommand {
    private JavaCommand() {}

    public static List<String> of(Class<?> main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
    }
}
