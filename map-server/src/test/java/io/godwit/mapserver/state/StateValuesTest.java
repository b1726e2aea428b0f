package io.godwit.mapserver.state;

import static io.godwit.mapserver.state.StateValues.Kind.SUBSCRIPTION;
import static io.godwit.mapserver.state.StateValues.Kind.TICKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.Octets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateValuesTest {
    @TempDir
    Path folder;

    @Test
    void shouldKeepTheLatestOfEachKeyAndForgetWhatWasRemoved() {
        StateValues before = open().values();
        before.put(TICKET, key("a"), bytes("1"));
        before.put(TICKET, key("b"), bytes("2"));
        before.put(SUBSCRIPTION, key("a"), bytes("3"));
        before.put(TICKET, key("a"), bytes("4"));
        before.remove(TICKET, key("b"));
        StateValues after = open().values();
        assertThat(contents(after, TICKET)).containsExactly("a=4");
        assertThat(contents(after, SUBSCRIPTION)).containsExactly("a=3");
    }

    @Test
    void shouldOutliveTheFilesTheyWereFirstWrittenTo() throws IOException {
        open().values().put(TICKET, key("a"), bytes("1"));
        for (int i = 0; i < 3; i++) {
            StateDirectory directory = open();
            for (int poll = 0; poll < 10; poll++) {
                directory.poll(100);
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".journal")))
                    .hasSize(1);
        }
        assertThat(contents(open().values(), TICKET)).containsExactly("a=1");
    }

    private StateDirectory open() {
        MappingDatabase database = new MappingDatabase(10, 0, change -> {});
        return StateDirectory.open(folder, new Sites(), database, new VirtualTimers());
    }

    private static List<String> contents(StateValues values, StateValues.Kind kind) {
        List<String> all = new ArrayList<>();
        values.forEach(
                kind,
                (key, value) -> all.add(new String(key.toBytes(), StandardCharsets.US_ASCII) + "="
                        + new String(value, StandardCharsets.US_ASCII)));
        return all;
    }

    private static Octets key(String text) {
        return Octets.copyOf(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
