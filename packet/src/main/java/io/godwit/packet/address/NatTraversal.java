package io.godwit.packet.address;

import java.util.List;

/**
 * LCAF type 7 (RFC 8060 section 4.5): what an Info-Reply tells about the NAT. Text form:
 * {@code nat(msPort,etrPort,globalEtr,mapServer,privateEtr,rtr...)}.
 *
 * <pre>
 * |       MS UDP Port Number      |      ETR UDP Port Number      |
 * |              AFI = x          |  Global ETR RLOC Address  ... |
 * |              AFI = x          |       MS RLOC Address  ...    |
 * |              AFI = x          | Private ETR RLOC Address  ... |
 * |              AFI = x          |      RTR RLOC Address 1 ...   |
 * </pre>
 */
public record NatTraversal(
        int mapServerPort,
        int etrPort,
        LispAddress globalEtr,
        LispAddress mapServer,
        LispAddress privateEtr,
        List<LispAddress> rtrs)
        implements Lcaf {
    public NatTraversal {
        rtrs = List.copyOf(rtrs);
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("nat(").append(mapServerPort).append(',').append(etrPort);
        text.append(',')
                .append(globalEtr)
                .append(',')
                .append(mapServer)
                .append(',')
                .append(privateEtr);
        rtrs.forEach(rtr -> text.append(',').append(rtr));
        return text.append(')').toString();
    }
}
