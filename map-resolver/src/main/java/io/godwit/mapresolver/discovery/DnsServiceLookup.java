package io.godwit.mapresolver.discovery;

import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.IpAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;

/** SRV records and the addresses of their targets (RFC 2782), by the system's DNS servers. */
public final class DnsServiceLookup implements ServiceLookup {
    private final LookupSession session;
    private final RandomGenerator random;

    /** @param random decides among targets of one priority by their weight */
    public DnsServiceLookup(RandomGenerator random) {
        this(LookupSession.defaultBuilder().clearCaches().build(), random);
    }

    /** As {@link #DnsServiceLookup(RandomGenerator)}, with only what the DNS servers have validated (DNSSEC). */
    public static DnsServiceLookup authentic(RandomGenerator random) {
        return new DnsServiceLookup(new AuthenticResolver(new ExtendedResolver()), random);
    }

    DnsServiceLookup(Resolver resolver, RandomGenerator random) {
        this(LookupSession.builder().resolver(resolver).build(), random);
    }

    private DnsServiceLookup(LookupSession session, RandomGenerator random) {
        this.session = session;
        this.random = random;
    }

    private record Target(SRVRecord record, List<Record> addresses) {}

    @Override
    public CompletionStage<Found> lookup(String name) {
        Name absolute;
        try {
            absolute = Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            return CompletableFuture.failedFuture(e);
        }
        return session.lookupAsync(absolute, Type.SRV)
                .thenCompose(this::addresses)
                .thenApply(this::found);
    }

    private CompletionStage<List<Target>> addresses(LookupResult services) {
        CompletionStage<List<Target>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (Record record : services.getRecords()) {
            if (record instanceof SRVRecord service) {
                CompletionStage<Target> target = addresses(service.getTarget(), Type.A)
                        .thenCombine(addresses(service.getTarget(), Type.AAAA), DnsServiceLookup::join)
                        .thenApply(addresses -> new Target(service, addresses));
                all = all.thenCombine(target, (targets, one) -> {
                    targets.add(one);
                    return targets;
                });
            }
        }
        return all;
    }

    /** A target that lacks addresses of one family, or altogether, is no reason to lose the others. */
    private CompletionStage<List<Record>> addresses(Name host, int type) {
        return session.lookupAsync(host, type)
                .thenApply(LookupResult::getRecords)
                .exceptionally(failure -> List.of());
    }

    private static List<Record> join(List<Record> one, List<Record> other) {
        List<Record> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    private Found found(List<Target> targets) {
        long ttl = Integer.MAX_VALUE;
        List<Endpoint> servers = new ArrayList<>();
        for (Target target : inOrder(targets)) {
            ttl = Math.min(ttl, target.record().getTTL());
            for (Record record : target.addresses()) {
                InetAddress address =
                        switch (record) {
                            case ARecord a -> a.getAddress();
                            case AAAARecord a -> a.getAddress();
                            default -> null;
                        };
                if (address != null) {
                    ttl = Math.min(ttl, record.getTTL());
                    servers.add(
                            new Endpoint(IpAddress.of(address), target.record().getPort()));
                }
            }
        }
        if (servers.isEmpty()) {
            throw new IllegalStateException("none of its targets has an address");
        }
        return new Found(servers, Duration.ofSeconds(ttl));
    }

    /** By priority; within one, each next is drawn with a chance that grows with its weight. */
    private List<Target> inOrder(List<Target> targets) {
        List<Target> left = new ArrayList<>(targets);
        left.sort(Comparator.comparingInt(target -> target.record().getPriority()));
        List<Target> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            int priority = left.getFirst().record().getPriority();
            List<Target> best = left.stream()
                    .filter(target -> target.record().getPriority() == priority)
                    .toList();
            Target drawn = draw(best);
            ordered.add(drawn);
            left.remove(drawn);
        }
        return ordered;
    }

    private Target draw(List<Target> best) {
        int sum = best.stream().mapToInt(target -> target.record().getWeight()).sum();
        int point = random.nextInt(sum + 1);
        for (Target target : best) {
            point -= target.record().getWeight();
            if (point <= 0) {
                return target;
            }
        }
        return best.getLast();
    }
}
