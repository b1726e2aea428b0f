package io.godwit.xtr.control.path;

import io.godwit.linux.IcmpErrors;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Path MTUs of locators, learned from ICMP errors (RFC 9300 section 7.2). An error counts only when it quotes a packet that this router may have
 * sent: from an own RLOC and one of its ports, to a locator of the quoted EID's mapping that was used lately, and longer than the MTU it tells.
 * What was learned is forgotten after a while, to find out whether the path has become wider (RFC 8201 section 4).
 */
public final class PathMtuAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PathMtuAgent.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int MESSAGES_A_TICK = 64;
    private static final int MAX_LEARNED = 4_096;
    private static final int MIN_IPV4 = 576;
    private static final int MIN_IPV6 = 1280;

    private record Source(IcmpErrors errors, boolean ipv6) {}

    private record Learned(int mtu, long expiresNanos) {}

    private final ControlContext context;
    private final int mtu;
    private final Duration lifetime;
    private final Consumer<IpAddress> unreachable;
    private final List<Source> sources;
    /** In the order in which they expire. */
    private final Map<IpAddress, Learned> learned = new LinkedHashMap<>();

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[2048]);

    /**
     * @param open listens for errors to an own RLOC
     * @param mtu what the network between RLOCs is said to carry
     * @param unreachable is told of locators that are out of reach, as somebody says
     */
    public PathMtuAgent(
            ControlContext context, Opener open, int mtu, Duration lifetime, Consumer<IpAddress> unreachable) {
        this.unreachable = unreachable;
        this.context = context;
        this.mtu = mtu;
        this.lifetime = lifetime;
        this.sources = context.locators().addresses().stream()
                .map(own -> new Source(open.open(own), !own.isIpv4()))
                .toList();
    }

    /** Opens what ICMP errors to an own RLOC are read from. */
    @FunctionalInterface
    public interface Opener {
        IcmpErrors open(IpAddress own);
    }

    public void start() {
        context.timers().every(TICK, this::tick);
    }

    private void tick() {
        sources.forEach(this::read);
        long now = context.timers().nanoTime();
        Iterator<Map.Entry<IpAddress, Learned>> oldest = learned.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<IpAddress, Learned> entry = oldest.next();
            if (entry.getValue().expiresNanos - now > 0) {
                return;
            }
            oldest.remove();
            context.dataPlane().pathMtu(entry.getKey(), 0);
        }
    }

    /** What exceeds the bound stays in the socket, whose buffer is bounded too. */
    private void read(Source source) {
        for (int i = 0; i < MESSAGES_A_TICK; i++) {
            int length = source.errors.receive(message);
            if (length == 0) {
                return;
            }
            Optional<PathError> error = PathError.read(message, length, source.ipv6);
            if (error.filter(this::isAboutOurs).isEmpty()) {
                context.count(ControlCounter.ICMP_ERRORS_IGNORED);
            } else if (!error.get().tooBig()) {
                unreachable.accept(error.get().locator());
            } else if (isTrue(error.get())) {
                learn(error.get());
            } else {
                context.count(ControlCounter.ICMP_ERRORS_IGNORED);
            }
        }
    }

    private boolean isAboutOurs(PathError error) {
        return context.locators().owns(error.source())
                && context.dataPlane().sentLately(error.sourcePort(), error.instanceId(), error.eid(), error.locator());
    }

    private boolean isTrue(PathError error) {
        return error.mtu() > 0 && error.length() > error.mtu() && error.length() <= mtu;
    }

    private void learn(PathError error) {
        IpAddress locator = error.locator();
        int told = Math.max(error.mtu(), locator.isIpv4() ? MIN_IPV4 : MIN_IPV6);
        Learned known = learned.get(locator);
        if (known != null && known.mtu <= told) {
            return;
        }
        if (known == null && learned.size() >= MAX_LEARNED) {
            context.count(ControlCounter.ICMP_ERRORS_IGNORED);
            return;
        }
        learned.remove(locator);
        learned.put(locator, new Learned(told, context.timers().nanoTime() + lifetime.toNanos()));
        context.dataPlane().pathMtu(locator, told);
        context.count(ControlCounter.PATH_MTUS_LEARNED);
        LOG.info("the path to {} carries packets of {} octets", locator, told);
    }

    /** What was learned and still holds, in octets of the outer packet. */
    public Map<IpAddress, Integer> learned() {
        Map<IpAddress, Integer> mtus = new LinkedHashMap<>();
        learned.forEach((locator, known) -> mtus.put(locator, known.mtu));
        return mtus;
    }

    @Override
    public void close() {
        sources.forEach(source -> source.errors.close());
    }
}
