package io.godwit.packet.control;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.NatTraversal;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.address.Octets;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.control.EcmAuthentication.LispSec;
import io.godwit.packet.control.EcmAuthentication.MapServerToRtr;
import io.godwit.packet.control.EidAuthentication.MaskedEid;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.packet.control.MapRequest.RequestedEid;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Generates messages of every type, as we could send them. */
final class AnyMessage {
    private static final Arbitrary<Boolean> BIT = Arbitraries.of(true, false);
    private static final Arbitrary<Integer> OCTET = AnyAddress.bits(8);
    private static final Arbitrary<Integer> WORD = Arbitraries.integers();
    private static final Arbitrary<Long> NONCE = Arbitraries.longs();
    private static final Arbitrary<LispAddress> ADDRESS = AnyAddress.locator();
    private static final Arbitrary<Octets> OCTETS = AnyAddress.octets(40);

    /** A mask that fits and an EID without host bits. */
    private static final Arbitrary<MaskedEid> EID = Combinators.combine(ADDRESS, OCTET)
            .as((eid, mask) -> {
                int length = mask % (AddressMask.maxLength(eid) + 1);
                return new MaskedEid(length, AddressMask.clear(eid, length));
            });

    private AnyMessage() {}

    static Arbitrary<ControlMessage> message() {
        return Arbitraries.oneOf(List.of(
                request(true).map(m -> m),
                reply(),
                authenticated().map(m -> m),
                ecm(),
                referral(),
                info(),
                Combinators.combine(AnyAddress.bits(12), OCTETS).as(SharedExtension::new)));
    }

    private static <E extends Enum<E>> Arbitrary<Set<E>> flags(Class<E> type) {
        return Arbitraries.of(type).set().map(HashSet::new);
    }

    private static Arbitrary<XtrIdentity> identity() {
        return Combinators.combine(NONCE, NONCE, NONCE).as(XtrIdentity::new);
    }

    private static Arbitrary<RlocRecord> locator() {
        return Combinators.combine(OCTET, OCTET, OCTET, OCTET, BIT, BIT, BIT, ADDRESS)
                .as(RlocRecord::new);
    }

    private static Arbitrary<EidRecord> record() {
        return Combinators.combine(
                        WORD,
                        Arbitraries.of(Action.class),
                        BIT,
                        AnyAddress.bits(12),
                        EID,
                        locator().list().ofMaxSize(3))
                .as((ttl, action, authoritative, version, eid, locators) ->
                        new EidRecord(ttl, eid.maskLength(), action, authoritative, version, eid.eid(), locators));
    }

    private static Arbitrary<MapRequest> request(boolean probes) {
        Arbitrary<RequestedEid> requested =
                Combinators.combine(BIT, EID).as((n, eid) -> new RequestedEid(n, eid.maskLength(), eid.eid()));
        Arbitrary<LispAddress> itrRloc = ADDRESS.filter(address -> !(address instanceof NoAddress));
        Arbitrary<Set<Flag>> flags = flags(Flag.class).map(set -> Set.copyOf(probes ? set : without(set, Flag.PROBE)));
        return Combinators.combine(
                        flags,
                        NONCE,
                        ADDRESS,
                        itrRloc.list().ofMinSize(1).ofMaxSize(4),
                        requested.list().ofMinSize(1).ofMaxSize(3),
                        record().optional(),
                        identity().optional())
                .as(MapRequest::new);
    }

    private static Set<Flag> without(Set<Flag> flags, Flag flag) {
        flags.remove(flag);
        return flags;
    }

    private static Arbitrary<EidAuthentication> eidAuthentication() {
        Arbitrary<EidAuthentication> full = Combinators.combine(
                        AnyAddress.bits(16),
                        BIT,
                        AnyAddress.bits(16),
                        EID.list().ofMaxSize(3),
                        OCTETS)
                .as(EidAuthentication::new);
        return Arbitraries.oneOf(full, AnyAddress.bits(16).map(EidAuthentication::request));
    }

    private static Arbitrary<ControlMessage> reply() {
        Arbitrary<MapReplyAuthentication> authentication = Combinators.combine(
                        eidAuthentication(), AnyAddress.bits(16), OCTETS)
                .as(MapReplyAuthentication::new);
        return Combinators.combine(BIT, BIT, NONCE, record().list().ofMaxSize(4), authentication.optional())
                .as(MapReply::new);
    }

    private static Arbitrary<AuthenticationData> authenticationData() {
        return Combinators.combine(OCTET, OCTET, OCTETS)
                .as((key, algorithm, mac) -> new AuthenticationData(key, algorithm, mac.toBytes()));
    }

    private static Arbitrary<AuthenticatedMessage> authenticated() {
        Arbitrary<List<EidRecord>> records = record().list().ofMaxSize(4);
        return Arbitraries.oneOf(
                Combinators.combine(
                                flags(MapRegister.Flag.class),
                                NONCE,
                                authenticationData(),
                                records,
                                identity().optional())
                        .as(MapRegister::new),
                Combinators.combine(
                                NONCE, authenticationData(), records, identity().optional())
                        .as(MapNotify::new),
                Combinators.combine(
                                NONCE, authenticationData(), records, identity().optional())
                        .as(MapNotifyAck::new));
    }

    private static Arbitrary<ControlMessage> ecm() {
        Arbitrary<EcmAuthentication> sec = Combinators.combine(
                        AnyAddress.bits(16),
                        OCTET,
                        OCTET,
                        NONCE,
                        AnyAddress.octets(16).filter(o -> o.length() == 16),
                        eidAuthentication())
                .as(LispSec::new);
        Arbitrary<EcmAuthentication> rtr =
                Combinators.combine(AnyAddress.bits(16), OCTETS).as(MapServerToRtr::new);
        Arbitrary<List<IpAddress>> ends = Arbitraries.oneOf(
                AnyAddress.ipv4().map(a -> (IpAddress) a).list().ofSize(2),
                AnyAddress.ipv6().map(a -> (IpAddress) a).list().ofSize(2));
        Arbitrary<Integer> port = AnyAddress.bits(16).filter(number -> number != 4341);
        Arbitrary<ControlMessage> inner = Arbitraries.oneOf(request(false), authenticated());
        return Combinators.combine(
                        BIT,
                        flags(EncapsulatedControlMessage.Flag.class),
                        Arbitraries.oneOf(sec, rtr).optional(),
                        ends,
                        port,
                        port,
                        inner)
                .as((ddt, flags, authentication, ip, from, to, message) -> new EncapsulatedControlMessage(
                        ddt, flags, authentication, ip.get(0), ip.get(1), from, to, message, 0));
    }

    private static Arbitrary<ControlMessage> referral() {
        Arbitrary<MapReferral.Signature> signature = Combinators.combine(
                        WORD, WORD, WORD, AnyAddress.bits(16), OCTET, OCTETS)
                .as(MapReferral.Signature::new);
        Arbitrary<MapReferral.Referral> record = Combinators.combine(
                        WORD,
                        EID,
                        Arbitraries.of(ReferralAction.class),
                        BIT,
                        BIT,
                        AnyAddress.bits(12),
                        locator().list().ofMaxSize(3),
                        signature.list().ofMaxSize(2))
                .as((ttl, eid, action, authoritative, incomplete, version, locators, signatures) ->
                        new MapReferral.Referral(
                                ttl,
                                eid.maskLength(),
                                action,
                                authoritative,
                                incomplete,
                                version,
                                eid.eid(),
                                locators,
                                signatures));
        return Combinators.combine(NONCE, record.list().ofMaxSize(3)).as(MapReferral::new);
    }

    private static Arbitrary<ControlMessage> info() {
        Arbitrary<NatTraversal> nat = Combinators.combine(
                        AnyAddress.bits(16),
                        AnyAddress.bits(16),
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS.list().ofMaxSize(2))
                .as(NatTraversal::new);
        return Arbitraries.oneOf(
                Combinators.combine(NONCE, authenticationData(), WORD, EID)
                        .as((nonce, data, ttl, eid) -> new InfoRequest(nonce, data, ttl, eid.maskLength(), eid.eid())),
                Combinators.combine(NONCE, authenticationData(), WORD, EID, nat)
                        .as((nonce, data, ttl, eid, seen) ->
                                new InfoReply(nonce, data, ttl, eid.maskLength(), eid.eid(), seen)));
    }
}
