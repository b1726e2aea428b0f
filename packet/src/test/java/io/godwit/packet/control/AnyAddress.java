package io.godwit.packet.control;

import io.godwit.packet.address.AfiList;
import io.godwit.packet.address.ApplicationData;
import io.godwit.packet.address.AsNumberAddress;
import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.EncapsulationFormat;
import io.godwit.packet.address.ExplicitLocatorPath;
import io.godwit.packet.address.GeoCoordinates;
import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.address.JsonAddress;
import io.godwit.packet.address.KeyValueAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.address.MulticastInfo;
import io.godwit.packet.address.NatTraversal;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.address.NonceLocator;
import io.godwit.packet.address.NullLcaf;
import io.godwit.packet.address.Octets;
import io.godwit.packet.address.OpaqueKey;
import io.godwit.packet.address.ReplicationList;
import io.godwit.packet.address.SecurityKey;
import io.godwit.packet.address.ServicePath;
import io.godwit.packet.address.SourceDestination;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Generates addresses of every kind, nested up to three deep. */
final class AnyAddress {
    private static final Arbitrary<Boolean> BIT = Arbitraries.of(true, false);
    private static final Arbitrary<Integer> OCTET = bits(8);
    private static final Arbitrary<Integer> PORT = bits(16);
    private static final Arbitrary<Integer> WORD = Arbitraries.integers();

    private AnyAddress() {}

    static Arbitrary<Integer> bits(int count) {
        return Arbitraries.integers().between(0, (1 << count) - 1);
    }

    static Arbitrary<Octets> octets(int maxLength) {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(maxLength).map(Octets::copyOf);
    }

    static Arbitrary<LispAddress> locator() {
        return nested(3);
    }

    static Arbitrary<Ipv4Address> ipv4() {
        return WORD.map(Ipv4Address::new);
    }

    static Arbitrary<Ipv6Address> ipv6() {
        // Groups of zeros are what the text form is about.
        Arbitrary<Long> half = Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.of(0L, 1L, 0x20010db800000000L, 0x0000ffff00000000L, 0xffff00000000ffffL));
        return Combinators.combine(half, half).as(Ipv6Address::new);
    }

    private static Arbitrary<LispAddress> simple() {
        return Arbitraries.oneOf(List.of(
                Arbitraries.just(NoAddress.INSTANCE),
                ipv4().map(address -> address),
                ipv6().map(address -> address),
                Arbitraries.longs().between(0, (1L << 48) - 1).map(MacAddress::new),
                Arbitraries.strings()
                        .withCharRange((char) 1, (char) 0xff)
                        .ofMaxLength(40)
                        .map(DistinguishedName::new)));
    }

    private static Arbitrary<LispAddress> nested(int depth) {
        if (depth == 0) {
            return simple();
        }
        Arbitrary<LispAddress> inner = Arbitraries.lazy(() -> nested(depth - 1));
        return Arbitraries.oneOf(List.of(simple(), keys(inner), single(inner), several(inner)));
    }

    private static Arbitrary<LispAddress> keys(Arbitrary<LispAddress> inner) {
        Arbitrary<LispAddress> opaque =
                Combinators.combine(OCTET, PORT, octets(20)).as(OpaqueKey::new);
        Arbitrary<LispAddress> path = Combinators.combine(bits(24), OCTET).as(ServicePath::new);
        Arbitrary<LispAddress> group =
                Combinators.combine(WORD, OCTET, OCTET, inner, inner).as(MulticastInfo::new);
        Arbitrary<LispAddress> pair =
                Combinators.combine(OCTET, OCTET, inner, inner).as(SourceDestination::new);
        Arbitrary<LispAddress> application = Combinators.combine(bits(24), OCTET, PORT, PORT, PORT, PORT, inner)
                .as(ApplicationData::new);
        return Arbitraries.oneOf(List.of(Arbitraries.just(NullLcaf.INSTANCE), opaque, path, group, pair, application));
    }

    private static Arbitrary<LispAddress> single(Arbitrary<LispAddress> inner) {
        Arbitrary<LispAddress> instance =
                Combinators.combine(WORD, OCTET, inner).as(InstanceIdAddress::new);
        Arbitrary<LispAddress> as = Combinators.combine(WORD, inner).as(AsNumberAddress::new);
        Arbitrary<LispAddress> nonce = Combinators.combine(bits(24), inner).as(NonceLocator::new);
        Arbitrary<LispAddress> encapsulation =
                Combinators.combine(bits(7), inner).as(EncapsulationFormat::new);
        Arbitrary<LispAddress> json =
                Combinators.combine(BIT, octets(30), inner).as(JsonAddress::new);
        Arbitrary<LispAddress> textJson = Combinators.combine(
                        Arbitraries.strings().ofMaxLength(20), inner)
                .as(JsonAddress::of);
        Arbitrary<LispAddress> keys = Combinators.combine(
                        OCTET, BIT, octets(20).list().ofMaxSize(3), inner)
                .as(SecurityKey::new);
        return Arbitraries.oneOf(List.of(instance, as, nonce, encapsulation, json, textJson, keys, geo(inner)));
    }

    private static Arbitrary<LispAddress> geo(Arbitrary<LispAddress> inner) {
        Arbitrary<GeoCoordinates.Angle> angle =
                Combinators.combine(BIT, bits(15), OCTET, OCTET).as(GeoCoordinates.Angle::new);
        Arbitrary<Integer> altitude = Arbitraries.oneOf(WORD, Arbitraries.just(GeoCoordinates.NO_ALTITUDE));
        return Combinators.combine(angle, angle, altitude, inner).as(GeoCoordinates::new);
    }

    private static Arbitrary<LispAddress> several(Arbitrary<LispAddress> inner) {
        Arbitrary<List<LispAddress>> list = inner.list().ofMaxSize(3);
        Arbitrary<LispAddress> elp = Combinators.combine(BIT, BIT, BIT, inner)
                .as(ExplicitLocatorPath.Hop::new)
                .list()
                .ofMaxSize(3)
                .map(ExplicitLocatorPath::new);
        Arbitrary<LispAddress> rle = Combinators.combine(OCTET, inner)
                .as(ReplicationList.Entry::new)
                .list()
                .ofMaxSize(3)
                .map(ReplicationList::new);
        Arbitrary<LispAddress> nat =
                Combinators.combine(PORT, PORT, inner, inner, inner, list).as(NatTraversal::new);
        Arbitrary<LispAddress> pair = Combinators.combine(inner, inner).as(KeyValueAddress::new);
        return Arbitraries.oneOf(List.of(list.map(AfiList::new), elp, rle, nat, pair));
    }
}
