package io.godwit.xtr.control;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.xtr.config.InstanceConfig;
import io.godwit.xtr.config.Layer2Config;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.itr.Mapping;
import io.godwit.xtr.control.mobility.DynamicPrefix;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What is different with the EIDs of layer-2 instances, which are MACs. */
final class Layer2Eids {
    private final XtrConfig config;
    private final Function<EidPrefix, Optional<Mapping>> mappings;
    private final Consumer<EidPrefix> ask;

    /**
     * @param mappings from the map-cache
     * @param ask asks the mapping system
     */
    Layer2Eids(XtrConfig config, Function<EidPrefix, Optional<Mapping>> mappings, Consumer<EidPrefix> ask) {
        this.config = config;
        this.mappings = mappings;
        this.ask = ask;
    }

    boolean has(EidPrefix eid) {
        return config.isLayer2(eid.instanceId());
    }

    /** Every MAC may come to the TAP device of its instance, and go. */
    List<DynamicPrefix> prefixes() {
        return config.instances().stream()
                .flatMap(instance -> instance.layer2().map(layer2 -> allMacs(instance, layer2)).stream())
                .toList();
    }

    private static DynamicPrefix allMacs(InstanceConfig instance, Layer2Config layer2) {
        return new DynamicPrefix(new EidPrefix(instance.id(), new MacAddress(0), 0), layer2.tap(), layer2.inactivity());
    }

    /**
     * What an answer means. A MAC that is registered nowhere may be before long: its first frame can be here before its registration is there. So frames
     * for it wait, and the mapping system is asked once more, and then again with further frames.
     */
    EidRecord understood(EidPrefix mac, EidRecord answer) {
        if (!answer.locators().isEmpty()) {
            return answer;
        }
        if (mappings.apply(mac).isEmpty()) {
            ask.accept(mac);
        }
        return new EidRecord(
                answer.ttlMinutes(),
                answer.maskLength(),
                Action.SEND_MAP_REQUEST,
                answer.authoritative(),
                answer.mapVersion(),
                answer.eid(),
                answer.locators());
    }
}
