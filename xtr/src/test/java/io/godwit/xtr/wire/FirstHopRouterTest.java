package io.godwit.xtr.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import io.godwit.testing.NamespaceTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A first-hop router and a map-server that speak with an xTR over wires, and the routes in its kernel. */
@NamespaceTest
@Timeout(180)
class FirstHopRouterTest {
    private static final String NEW_SITE = "198.51.100.200";

    @TempDir
    private Path directory;

    private KernelXtr xtr;
    private WorldSocket router;
    private WorldSocket mapServer;
    private final List<EidRecord> registered = new ArrayList<>();
    private long nonce = 1_000;

    @BeforeEach
    void start() throws IOException {
        xtr = new KernelXtr(directory);
        router = new WorldSocket(xtr, KernelXtr.ROUTER);
        mapServer = new WorldSocket(xtr, KernelXtr.MAP_SERVER);
    }

    @AfterEach
    void close() {
        router.close();
        mapServer.close();
        xtr.close();
    }

    private static EidRecord host(String... locators) {
        List<RlocRecord> rlocs = List.of(locators).stream()
                .map(rloc -> RlocRecord.unicast(IpAddress.parse(rloc), 1, 100, true))
                .toList();
        return new EidRecord(15, 32, Action.NO_ACTION, true, 0, IpAddress.parse(KernelXtr.HOST), rlocs);
    }

    /** The first authentic Map-Notify that comes within a tenth of a second, if any. */
    private Optional<MapNotify> heard() throws IOException {
        WorldSocket.Received received = router.next(100);
        return received != null && received.authentic() && received.message() instanceof MapNotify notify
                ? Optional.of(notify)
                : Optional.empty();
    }

    /** The map-server confirms what is registered. */
    private void confirm() throws IOException {
        for (WorldSocket.Received received = mapServer.next(50); received != null; received = mapServer.next(50)) {
            if (received.message() instanceof MapRegister register && received.authentic()) {
                registered.addAll(register.records());
                mapServer.sendSigned(notify(register.nonce(), register.records()), KernelXtr.RLOC);
            }
        }
    }

    private static MapNotify notify(long nonce, List<EidRecord> records) {
        return new MapNotify(nonce, AuthenticationData.UNSIGNED, records, Optional.empty());
    }

    /** As often as needed: an answer may come when the next has been asked for. */
    private void register() throws IOException {
        long first = nonce;
        for (int tries = 0; tries < 300; tries++) {
            router.sendSigned(
                    new MapRegister(
                            Set.of(MapRegister.Flag.EID_NOTIFY, MapRegister.Flag.WANT_MAP_NOTIFY),
                            ++nonce,
                            AuthenticationData.UNSIGNED,
                            List.of(host()),
                            Optional.empty()),
                    KernelXtr.RLOC);
            if (heard().filter(notify -> notify.nonce() > first && notify.nonce() <= nonce)
                    .isPresent()) {
                return;
            }
        }
        throw new AssertionError("the registration is not confirmed");
    }

    /** What the router is told when the map-server has said, as often as needed, that another site has the host. */
    private MapNotify leave() throws IOException {
        for (int tries = 0; tries < 300; tries++) {
            confirm();
            mapServer.sendSigned(notify(9_000 + tries, List.of(host(NEW_SITE))), KernelXtr.RLOC);
            Optional<MapNotify> told = heard();
            if (told.isPresent()) {
                return told.get();
            }
        }
        throw new AssertionError("the router is not told");
    }

    private String route() {
        return xtr.ip("route show " + KernelXtr.HOST);
    }

    @Test
    @Conformance("C184")
    void shouldRouteAHostThroughItsRouterUntilItLeaves() throws Exception {
        register();
        assertThat(route()).contains("via " + KernelXtr.ROUTER + " dev site0");
        assertThat(xtr.exec("ping", "-c", "1", "-w", "30", KernelXtr.HOST)).contains(" 0% packet loss");

        MapNotify told = leave();

        assertThat(registered)
                .filteredOn(one -> one.eid().equals(IpAddress.parse(KernelXtr.HOST)))
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.locators())
                        .extracting(RlocRecord::locator)
                        .containsExactly(IpAddress.parse(KernelXtr.RLOC), IpAddress.parse(KernelXtr.SECOND_RLOC)));
        assertThat(told.records().getFirst().locators())
                .extracting(RlocRecord::locator)
                .containsExactly(IpAddress.parse(NEW_SITE));
        assertThat(route()).isEmpty();
        router.sendSigned(
                new MapNotifyAck(told.nonce(), AuthenticationData.UNSIGNED, told.records(), Optional.empty()),
                KernelXtr.RLOC);
        register();
        assertThat(route()).as("it is back").contains("via " + KernelXtr.ROUTER);
    }
}
