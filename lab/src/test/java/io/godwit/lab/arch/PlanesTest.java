package io.godwit.lab.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the two planes may use. */
class PlanesTest {
    private static final String[] HOT_PATH = {
        "io.godwit.xtr.egress..",
        "io.godwit.xtr.ingress..",
        "io.godwit.xtr.layer2..",
        "io.godwit.xtr.ring..",
        "io.godwit.xtr.fib.."
    };
    private static final String[] CONTROL = {
        "io.godwit.packet..",
        "io.godwit.mapping..",
        "io.godwit.mapserver..",
        "io.godwit.mapresolver..",
        "io.godwit.xtr.control..",
        "io.godwit.daemon.config.."
    };

    @Test
    void shouldKeepTheHotPathFreeOfLibrariesThatAllocateOrBlock() {
        noClasses()
                .that()
                .resideInAnyPackage(HOT_PATH)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "org.slf4j..",
                        "java.util.logging..",
                        "java.util.stream..",
                        "java.util.concurrent.locks..",
                        "java.util.regex..")
                .because("a packet must not allocate, wait or log: a pause of the data path is lost packets")
                .check(Sources.main());
    }

    @Test
    void shouldKeepTheHotPathFreeOfClocksAndFormatting() {
        noClasses()
                .that()
                .resideInAnyPackage(HOT_PATH)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Instant.class)
                .orShould()
                .callMethod(String.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(String.class, "formatted", Object[].class)
                .because("time comes injected, and text is made by those who read it")
                .check(Sources.main());
    }

    @Test
    void shouldTakeTimeFromInjectedClocksOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(CONTROL)
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .because("timers and expiry are tested in virtual time; Timers is the only clock")
                .check(Sources.main());
    }

    @Test
    void shouldPrintOnlyFromTheCommand() {
        noClasses()
                .that()
                .resideInAnyPackage(CONTROL)
                .or()
                .resideInAnyPackage(HOT_PATH)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("daemons log through SLF4J, and the data path counts")
                .check(Sources.main());
    }

    @Test
    void shouldLiveInAKnownPackageTree() {
        classes()
                .should()
                .resideInAnyPackage(Sources.all().toArray(String[]::new))
                .because("every rule here names package trees: a new one must say whom it may know")
                .check(Sources.main());
    }

    static String[] hotPath() {
        return HOT_PATH.clone();
    }

    static String[] control() {
        return CONTROL.clone();
    }

    @ParameterizedTest
    @MethodSource({"hotPath", "control"})
    void shouldNameOnlyPackagesThatExist(String tree) {
        assertThat(Sources.main().that(resideInAPackage(tree))).as(tree).isNotEmpty();
    }
}
