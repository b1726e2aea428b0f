package io.godwit.packet.control;

import io.godwit.packet.address.AfiList;
import io.godwit.packet.address.ApplicationData;
import io.godwit.packet.address.AsNumberAddress;
import io.godwit.packet.address.EncapsulationFormat;
import io.godwit.packet.address.ExplicitLocatorPath;
import io.godwit.packet.address.ExplicitLocatorPath.Hop;
import io.godwit.packet.address.GeoCoordinates;
import io.godwit.packet.address.GeoCoordinates.Angle;
import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.JsonAddress;
import io.godwit.packet.address.KeyValueAddress;
import io.godwit.packet.address.Lcaf;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MulticastInfo;
import io.godwit.packet.address.NatTraversal;
import io.godwit.packet.address.NonceLocator;
import io.godwit.packet.address.NullLcaf;
import io.godwit.packet.address.Octets;
import io.godwit.packet.address.OpaqueKey;
import io.godwit.packet.address.ReplicationList;
import io.godwit.packet.address.SecurityKey;
import io.godwit.packet.address.ServicePath;
import io.godwit.packet.address.SourceDestination;
import io.godwit.packet.address.VendorLcaf;
import java.util.List;

/** The counterpart of {@link LcafReader}. */
final class LcafWriter {
    private LcafWriter() {}

    /** Writes the body. */
    static void write(Output out, Lcaf lcaf) {
        switch (lcaf) {
            case NullLcaf _ -> {}
            case AfiList list -> addresses(out, list.addresses());
            case InstanceIdAddress instance -> numbered(out, instance.instanceId(), instance.address());
            case AsNumberAddress as -> numbered(out, as.asNumber(), as.address());
            case ApplicationData application -> application(out, application);
            case GeoCoordinates geo -> geo(out, geo);
            case OpaqueKey key -> opaque(out, key);
            case NatTraversal nat -> nat(out, nat);
            case NonceLocator locator -> numbered(out, locator.nonce() & 0xffffff, locator.address());
            case MulticastInfo info -> {
                out.i32(info.instanceId());
                masked(out, info.sourceMaskLength(), info.groupMaskLength(), info.source(), info.group());
            }
            case ExplicitLocatorPath path -> path(out, path);
            case SecurityKey key -> securityKey(out, key);
            case SourceDestination sd ->
                masked(out, sd.sourceMaskLength(), sd.destinationMaskLength(), sd.source(), sd.destination());
            case ReplicationList list -> replicationList(out, list);
            case JsonAddress json -> {
                counted(out, json.json());
                AddressWriter.write(out, json.address());
            }
            case KeyValueAddress kv -> {
                AddressWriter.write(out, kv.key());
                AddressWriter.write(out, kv.value());
            }
            case EncapsulationFormat format -> numbered(out, format.formats() & 0x7f, format.address());
            case ServicePath path -> out.i32(path.pathId() << 8 | (path.serviceIndex() & 0xff));
            case VendorLcaf vendor -> {
                out.i32(vendor.oui() & 0xffffff);
                out.octets(vendor.data().toBytes());
            }
        }
    }

    /** Type in the upper, Rsvd2 in the lower octet. */
    static int typeAndReserved2(Lcaf lcaf) {
        return switch (lcaf) {
            case NullLcaf _ -> 0;
            case AfiList _ -> 1 << 8;
            case InstanceIdAddress instance -> 2 << 8 | (instance.maskLength() & 0xff);
            case AsNumberAddress _ -> 3 << 8;
            case ApplicationData _ -> 4 << 8;
            case GeoCoordinates _ -> 5 << 8;
            case OpaqueKey _ -> 6 << 8;
            case NatTraversal _ -> 7 << 8;
            case NonceLocator _ -> 8 << 8;
            case MulticastInfo _ -> 9 << 8;
            case ExplicitLocatorPath _ -> 10 << 8;
            case SecurityKey _ -> 11 << 8;
            case SourceDestination _ -> 12 << 8;
            case ReplicationList _ -> 13 << 8;
            case JsonAddress json -> 14 << 8 | (json.binary() ? 1 : 0);
            case KeyValueAddress _ -> 15 << 8;
            case EncapsulationFormat _ -> 16 << 8;
            case ServicePath _ -> 17 << 8;
            case VendorLcaf _ -> 255 << 8;
        };
    }

    private static void numbered(Output out, int number, LispAddress address) {
        out.i32(number);
        AddressWriter.write(out, address);
    }

    private static void masked(Output out, int firstLength, int secondLength, LispAddress first, LispAddress second) {
        out.u16(0);
        out.u8(firstLength);
        out.u8(secondLength);
        AddressWriter.write(out, first);
        AddressWriter.write(out, second);
    }

    private static void addresses(Output out, List<LispAddress> addresses) {
        for (LispAddress address : addresses) {
            AddressWriter.write(out, address);
        }
    }

    private static void counted(Output out, Octets octets) {
        out.u16(Output.count(octets.length(), 16, "octets"));
        out.octets(octets.toBytes());
    }

    private static void application(Output out, ApplicationData data) {
        out.i32(data.trafficClass() << 8 | (data.protocol() & 0xff));
        out.u16(data.localPortLow());
        out.u16(data.localPortHigh());
        out.u16(data.remotePortLow());
        out.u16(data.remotePortHigh());
        AddressWriter.write(out, data.address());
    }

    private static void geo(Output out, GeoCoordinates geo) {
        angle(out, geo.latitude());
        angle(out, geo.longitude());
        numbered(out, geo.altitude(), geo.address());
    }

    private static void angle(Output out, Angle angle) {
        int sign = angle.positive() ? 1 << 31 : 0;
        out.i32(sign | (angle.degrees() & 0x7fff) << 16 | (angle.minutes() & 0xff) << 8 | (angle.seconds() & 0xff));
    }

    private static void opaque(Output out, OpaqueKey key) {
        out.u8(key.fields());
        out.u16(key.wildcards());
        out.octets(key.key().toBytes());
    }

    private static void nat(Output out, NatTraversal nat) {
        out.u16(nat.mapServerPort());
        out.u16(nat.etrPort());
        AddressWriter.write(out, nat.globalEtr());
        AddressWriter.write(out, nat.mapServer());
        AddressWriter.write(out, nat.privateEtr());
        addresses(out, nat.rtrs());
    }

    private static void path(Output out, ExplicitLocatorPath path) {
        for (Hop hop : path.hops()) {
            int probe = hop.probe() ? 2 : 0;
            out.u16((hop.lookup() ? 4 : 0) | probe | (hop.strict() ? 1 : 0));
            AddressWriter.write(out, hop.address());
        }
    }

    private static void securityKey(Output out, SecurityKey key) {
        out.u8(Output.count(key.keys().size(), 8, "keys"));
        out.u8(0);
        out.u8(key.suite());
        out.u8(key.revoked() ? 1 : 0);
        for (Octets material : key.keys()) {
            counted(out, material);
        }
        AddressWriter.write(out, key.address());
    }

    private static void replicationList(Output out, ReplicationList list) {
        for (ReplicationList.Entry entry : list.entries()) {
            numbered(out, entry.level() & 0xff, entry.address());
        }
    }
}
