package io.godwit.lab.arch;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.godwit.bench.report.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The compiled main classes of all modules. */
final class Sources {
    /** Every package tree of the project. */
    private static final List<String> ALL = List.of(
            "io.godwit.testing..",
            "io.godwit.packet..",
            "io.godwit.linux..",
            "io.godwit.mapping..",
            "io.godwit.daemon..",
            "io.godwit.mapserver..",
            "io.godwit.mapresolver..",
            "io.godwit.xtr..",
            "io.godwit.hypervisor..",
            "io.godwit.cli..",
            "io.godwit.bench..",
            "io.godwit.lab..");

    private static final JavaClasses MAIN = load();

    private Sources() {}

    static JavaClasses main() {
        return MAIN;
    }

    static List<String> all() {
        return ALL;
    }

    static String[] except(String... allowed) {
        return ALL.stream()
                .filter(tree -> !Arrays.asList(allowed).contains(tree))
                .toArray(String[]::new);
    }

    private static JavaClasses load() {
        try (Stream<Path> modules = Files.list(Checkout.root())) {
            return new ClassFileImporter()
                    .importPaths(modules.map(module -> module.resolve("target/classes"))
                            .filter(Files::isDirectory)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
