package io.godwit.xtr.config;

import io.godwit.daemon.config.Checked;
import io.godwit.daemon.config.ManagementConfig;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.RlocRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The configuration of a tunnel router.
 *
 * @param eidSpace what is routed into the tunnel; everything else goes the way it always went
 * @param proxyEtrs where packets to what is no EID go; natively, where the kernel knows a way, when there are none
 * @param recordTtl how long others may use what we register, in whole minutes
 * @param xtrId made up at the first start, and kept in the state directory, when absent
 * @param moves which hosts may come here; without it all of the dynamic prefixes
 * @param moveChannel to other xTRs, about moves; without it they learn of moves from the mapping system
 * @param firstHopRouters between hosts and this xTR: they say which hosts are behind them
 * @param rlocProbing of the sites that packets go to
 * @param stateDirectory what must survive a restart
 */
public record XtrConfig(
        String name,
        List<RlocConfig> rlocs,
        List<InstanceConfig> instances,
        List<IpAddress> mapResolvers,
        List<MapServerConfig> mapServers,
        List<DatabaseConfig> database,
        List<DynamicEidConfig> dynamicEids,
        List<SegmentConfig> segments,
        List<EidPrefix> eidSpace,
        List<IpAddress> proxyEtrs,
        Duration recordTtl,
        Optional<XtrId> xtrId,
        long siteId,
        Optional<MovesConfig> moves,
        Optional<MoveChannelConfig> moveChannel,
        List<FirstHopRouterConfig> firstHopRouters,
        ProbingConfig rlocProbing,
        Path stateDirectory,
        ForwardingConfig forwarding,
        ManagementConfig management)
        implements Checked {

    @Override
    public void check(Problems problems) {
        new XtrRules(this, problems).check();
    }

    /** As records list them: all local and reachable. */
    public List<RlocRecord> rlocRecords() {
        return rlocs.stream()
                .map(rloc -> RlocRecord.unicast(rloc.address(), rloc.priority(), rloc.weight(), true))
                .toList();
    }

    public Optional<InstanceConfig> instance(int id) {
        return instances.stream().filter(instance -> instance.id() == id).findFirst();
    }

    /** As the forwarding path numbers them: those of layer 2 behind the others. */
    public List<InstanceConfig> byLayer() {
        return Stream.concat(
                        instances.stream().filter(instance -> !instance.isLayer2()),
                        instances.stream().filter(InstanceConfig::isLayer2))
                .toList();
    }

    /** Whether the instance's EIDs are MACs. */
    public boolean isLayer2(int instanceId) {
        return instance(instanceId).filter(InstanceConfig::isLayer2).isPresent();
    }

    /** What goes into the TUN of {@code instance}: the EID space, and the dynamic prefixes whose hosts have routes of their own. */
    public List<EidPrefix> tunnelled(InstanceConfig instance) {
        List<EidPrefix> prefixes = new ArrayList<>(eidSpace);
        dynamicEids.forEach(dynamic -> prefixes.add(dynamic.prefix()));
        return prefixes.stream()
                .filter(prefix -> prefix.instanceId() == instance.id())
                .distinct()
                .toList();
    }
}
