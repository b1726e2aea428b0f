package io.godwit.mapserver.management;

import io.godwit.mapping.ticket.MoveTicket;
import io.godwit.packet.address.IpAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The objects of the management API: field names are part of it. Times are ISO 8601 in UTC. */
public final class Views {
    private Views() {}

    /** @param registrations of its xTRs */
    public record SiteStatus(String name, int registrations) {}

    /**
     * One of several map-servers that keep one database.
     *
     * @param role leader, follower, election or starting
     * @param leader which member leads, if any does
     * @param canWrite whether registrations that change something are accepted
     * @param note why they are not
     * @param logOctets agreed on by all members since the first start
     * @param snapshots since this start
     * @param storedOctets of the log and of snapshots in the state directory
     * @param logKeptFrom the octet of the log that the stored part begins at
     * @param lastSnapshotAt the octet of the log that the last whole snapshot was made at
     * @param lastSnapshotTime when that was
     * @param lastSnapshotOctets its size
     */
    public record Cluster(
            int member,
            String role,
            Optional<Integer> leader,
            boolean canWrite,
            Optional<String> note,
            long logOctets,
            long snapshots,
            long storedOctets,
            long logKeptFrom,
            Optional<Long> lastSnapshotAt,
            Optional<String> lastSnapshotTime,
            Optional<Long> lastSnapshotOctets,
            int pendingRegisters,
            List<ClusterMember> members) {}

    /** @param is {@code leader}, {@code this one}, both or nothing */
    public record ClusterMember(int id, String address, int port, String is) {}

    public record Status(
            String role,
            long uptimeSeconds,
            int mappings,
            int pendingNotifies,
            long lastEvent,
            List<SiteStatus> sites,
            List<Refusal> refusals,
            Optional<Cluster> cluster) {}

    public record Locator(String address, int priority, int weight, boolean reachable) {}

    /** What one xTR registered for one EID-prefix. */
    public record Registration(
            String site,
            String eid,
            List<Locator> locators,
            String xtrId,
            String source,
            String registeredSince,
            String lastRefresh,
            long expiresInSeconds,
            boolean proxyReply,
            boolean merge,
            int keyId,
            long ttlMinutes) {}

    /** Map-Registers or records refused; {@code site} is {@code -} where none is concerned. */
    public record Refusal(
            String site, String reason, long count, String lastSource, String lastTime, String explanation) {}

    /** @param mappings EID-prefixes in all, even if not all fit into the answer */
    public record Registrations(List<Registration> registrations, int mappings, List<Refusal> refusals) {}

    /** @param ticket as it was signed */
    public record TicketRequest(@Nullable String ticket) {}

    /** A move ticket that waits to be used. */
    public record Ticket(String eid, List<IpAddress> from, List<IpAddress> to, long epoch, String notAfter) {
        static Ticket of(MoveTicket ticket) {
            return new Ticket(
                    ticket.eid().toString(),
                    ticket.from(),
                    ticket.to(),
                    ticket.epoch(),
                    ticket.notAfter().toString());
        }
    }
}
