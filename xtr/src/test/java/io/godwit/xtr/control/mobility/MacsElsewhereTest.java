package io.godwit.xtr.control.mobility;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.MacAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MacsElsewhereTest {
    private static final int MOST = 4;

    private static EidPrefix eid(int number) {
        return EidPrefix.parse("10.1.0." + number + "/32");
    }

    private static MacAddress mac(int number) {
        return MacAddress.parse("02:00:00:00:00:0" + number);
    }

    @Property
    void shouldKnowTheLastMacOfThoseHeardOfLast(
            @ForAll @Size(max = 40) List<@IntRange(max = 7) Integer> eids, @ForAll @IntRange(max = 1_000) int salt) {
        MacsElsewhere known = new MacsElsewhere(MOST);
        Map<Integer, Integer> oracle = new LinkedHashMap<>();
        for (int i = 0; i < eids.size(); i++) {
            int eid = eids.get(i);
            int mac = (salt + i * 5) % 3;
            known.learn(eid(eid), mac(mac));
            oracle.remove(eid);
            oracle.put(eid, mac);
            if (oracle.size() > MOST) {
                oracle.remove(oracle.keySet().iterator().next());
            }
        }
        Map<Integer, List<EidPrefix>> expected = new HashMap<>();
        for (int mac = 0; mac < 3; mac++) {
            int wanted = mac;
            expected.put(
                    mac,
                    oracle.entrySet().stream()
                            .filter(entry -> entry.getValue() == wanted)
                            .map(entry -> eid(entry.getKey()))
                            .collect(Collectors.toList()));
        }

        expected.forEach((mac, list) -> assertThat(known.eidsOf(mac(mac))).containsExactlyInAnyOrderElementsOf(list));
    }
}
