package io.godwit.lab.arch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** Which module may know which (docs/ARCHITECTURE.md). */
class DirectionsTest {
    @Test
    void shouldKeepPacketKnowingNobody() {
        noClasses()
                .that()
                .resideInAPackage("io.godwit.packet..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Sources.except("io.godwit.packet.."))
                .because("wire formats are used by every part and by other people's programs")
                .check(Sources.main());
    }

    @Test
    void shouldKeepPacketFreeOfTheWorldOutside() {
        noClasses()
                .that()
                .resideInAPackage("io.godwit.packet..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.io..",
                                "java.nio.channels..",
                                "java.nio.file..",
                                "java.net..",
                                "java.util.concurrent..",
                                "java.time..",
                                "java.util.logging..",
                                "org.slf4j..",
                                "io.netty..")
                        .and(not(belongToAnyOf(Serializable.class, InetAddress.class, UnknownHostException.class))))
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class)
                .because("a codec without I/O, threads, clocks and logging gives the same answer everywhere, in tests"
                        + " too")
                .check(Sources.main());
    }

    @Test
    void shouldKeepMappingToPacketOnly() {
        knowsOnly(
                "io.godwit.mapping..",
                "tables and records are shared by servers and xTR and must not pull in either",
                "io.godwit.mapping..",
                "io.godwit.packet..");
    }

    @Test
    void shouldKeepNativeToItself() {
        knowsOnly("io.godwit.linux..", "the Linux binding is about Linux, not about LISP", "io.godwit.linux..");
    }

    @Test
    void shouldKeepTheDaemonFrameFreeOfDaemons() {
        knowsOnly(
                "io.godwit.daemon..",
                "what all daemons share cannot know one of them",
                "io.godwit.daemon..",
                "io.godwit.packet..",
                "io.godwit.linux..");
    }

    @Test
    void shouldKeepTheServersApart() {
        knowsOnly(
                "io.godwit.mapserver..",
                "map-server and map-resolver run on different machines and meet on the wire only",
                "io.godwit.mapserver..",
                "io.godwit.mapping..",
                "io.godwit.daemon..",
                "io.godwit.linux..",
                "io.godwit.packet..");
        knowsOnly(
                "io.godwit.mapresolver..",
                "map-server and map-resolver run on different machines and meet on the wire only",
                "io.godwit.mapresolver..",
                "io.godwit.mapping..",
                "io.godwit.daemon..",
                "io.godwit.linux..",
                "io.godwit.packet..");
    }

    @Test
    void shouldKeepServersOffTheDataPlane() {
        noClasses()
                .that()
                .resideInAnyPackage("io.godwit.mapserver..", "io.godwit.mapresolver..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "io\\.godwit\\.linux\\.(TunDevice|UdpBatchSocket|Netlink|Poller|VnetHeader|Network).*")
                .because("a mapping server speaks UDP 4342 through Netty and neither forwards packets nor changes"
                        + " routes")
                .check(Sources.main());
    }

    @Test
    void shouldKeepTheXtrOffTheServers() {
        knowsOnly(
                "io.godwit.xtr..",
                "the xTR knows the mapping system by its messages only",
                "io.godwit.xtr..",
                "io.godwit.mapping..",
                "io.godwit.daemon..",
                "io.godwit.linux..",
                "io.godwit.packet..");
    }

    @Test
    void shouldKeepTheAgentAClient() {
        knowsOnly(
                "io.godwit.hypervisor..",
                "the agent runs beside a hypervisor and talks to an xTR over its management socket",
                "io.godwit.hypervisor..",
                "io.godwit.mapping..",
                "io.godwit.daemon..",
                "io.godwit.linux..",
                "io.godwit.packet..");
    }

    @Test
    void shouldKeepTheCommandAClient() {
        knowsOnly(
                "io.godwit.cli..",
                "the command talks to the daemons over their management socket, also to those of another version",
                "io.godwit.cli..",
                "io.godwit.packet..");
    }

    @Test
    void shouldKeepTestSupportOutOfTheDaemons() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.godwit.bench..", "io.godwit.lab..", "io.godwit.testing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.godwit.testing..", "org.junit..", "org.assertj..")
                .because("a daemon's class path holds no test code")
                .check(Sources.main());
    }

    /** The rehearsal of a move runs on fakes alone, before the first guest moves. */
    @Test
    void shouldUseFakesInTestsBenchmarksAndRehearsalsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.godwit.bench..",
                        "io.godwit.lab..",
                        "io.godwit.xtr.rehearsal..",
                        "io.godwit.linux.fake..",
                        "io.godwit.daemon.net.memory..")
                .and()
                .haveNameNotMatching("io\\.godwit\\.hypervisor\\.agent\\.AgentRehearsal.*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.godwit.linux.fake..", "io.godwit.daemon.net.memory..")
                .because("a fake that a daemon could start with would one day be started")
                .check(Sources.main());
    }

    @Test
    void shouldLetNobodyKnowBenchAndLab() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.godwit.bench..", "io.godwit.lab..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.godwit.bench..", "io.godwit.lab..")
                .because("they are the last of the reactor and use everything")
                .check(Sources.main());
    }

    private static void knowsOnly(String who, String reason, String... allowed) {
        noClasses()
                .that()
                .resideInAPackage(who)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Sources.except(allowed))
                .because(reason)
                .check(Sources.main());
    }
}
