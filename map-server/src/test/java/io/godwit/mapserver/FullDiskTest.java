package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.NamespaceTest;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A state directory on a disk that becomes full. */
@Timeout(120)
class FullDiskTest {
    private static final String EID = "10.0.0.5";
    private static final int PIECE = 5_000;
    private static final List<RlocRecord> LOCATORS = IntStream.range(1, 20)
            .mapToObj(i -> RlocRecord.unicast(IpAddress.parse("2001:db8::" + i), 1, 100, true))
            .toList();

    @TempDir
    Path folder;

    private SmallDisk disk;
    private int filled;

    @BeforeEach
    void mount() throws Exception {
        disk = new SmallDisk(folder, 48);
    }

    @AfterEach
    void unmount() throws Exception {
        disk.close();
    }

    @Test
    @NamespaceTest
    void shouldConfirmOnlyWhatIsStoredAndGoOnWhenThereIsRoom() throws Exception {
        World world = new World(folder);
        TestXtr xtr = world.xtr(1);
        xtr.register(EID);
        String refused = fillUntilRefused(world, xtr);
        assertThat(world.count(Counter.MAP_REGISTERS_DROPPED_NO_ROOM)).isEqualTo(1);
        assertThat(world.server.database().get(EidPrefix.parse(refused))).isEmpty();
        xtr.forget();
        xtr.register(EID);
        assertThat(xtr.notifies()).as("a refresh").hasSize(1);
        TestXtr itr = world.xtr(3);
        itr.ask(EID);
        assertThat(TestXtr.locators(itr.lastReply().records().getFirst())).containsExactly("192.0.2.1");
        // What happens without a Map-Register goes on until nothing can be written at all, and then in memory.
        fill(world, 2 * PIECE);
        int all = world.server.database().size();

        disk.resize(400);
        world.advance(2);
        xtr.forget();
        xtr.register(refused);
        assertThat(xtr.notifies()).hasSize(1);
        world.advance(60); // written once more
        World after = new World(folder);
        assertThat(after.server.database().size()).isEqualTo(all + 1);
        assertThat(after.server.database().get(EidPrefix.parse(refused))).isPresent();
        world.server.close();
        after.server.close();
    }

    /** Returns the EID that was not confirmed. */
    private String fillUntilRefused(World world, TestXtr xtr) {
        for (int i = 0; i < 100; i++) {
            fill(world, PIECE);
            xtr.forget();
            xtr.register("10.0.1." + i);
            if (xtr.notifies().isEmpty()) {
                return "10.0.1." + i;
            }
        }
        throw new AssertionError("the disk does not become full");
    }

    /** Registers others, each some 700 octets. */
    private void fill(World world, int count) {
        Registrant by = new Registrant(
                new XtrKey.XtrId(0, 9),
                World.sites().named("cloud").orElseThrow(),
                World.KEY,
                new Endpoint(IpAddress.parse("192.0.2.9"), 4342),
                true,
                false,
                true,
                false);
        for (int i = 0; i < count; i++, filled++) {
            Ipv6Address eid = new Ipv6Address(0x20010db800010000L, filled);
            EidRecord record = new EidRecord(1440, 128, Action.NO_ACTION, true, 0, eid, LOCATORS);
            world.server.database().register(EidPrefix.host(0, eid), by, record, world.timers.nanoTime());
        }
    }
}
