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
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MulticastInfo;
import io.godwit.packet.address.NatTraversal;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.address.NonceLocator;
import io.godwit.packet.address.NullLcaf;
import io.godwit.packet.address.Octets;
import io.godwit.packet.address.OpaqueKey;
import io.godwit.packet.address.ReplicationList;
import io.godwit.packet.address.ReplicationList.Entry;
import io.godwit.packet.address.SecurityKey;
import io.godwit.packet.address.ServicePath;
import io.godwit.packet.address.SourceDestination;
import io.godwit.packet.address.VendorLcaf;
import java.util.ArrayList;
import java.util.List;

/** The bodies of LCAFs (RFC 8060 sections 4 and 5, RFC 9306). The address types document the layouts. */
final class LcafReader {
    private LcafReader() {}

    /** Reads the rest of the LCAF that {@code in} is narrowed to. */
    static LispAddress read(Input in, int type, int reserved2) {
        return switch (type) {
            case 0 -> NullLcaf.INSTANCE;
            case 1 -> new AfiList(addressesToEnd(in));
            case 2 -> new InstanceIdAddress(in.i32(), reserved2, AddressReader.read(in));
            case 3 -> new AsNumberAddress(in.i32(), AddressReader.read(in));
            case 4 -> applicationData(in);
            case 5 -> new GeoCoordinates(angle(in), angle(in), in.i32(), AddressReader.read(in));
            case 6 -> new OpaqueKey(in.u8(), in.u16(), octetsToEnd(in));
            case 7 -> natTraversal(in);
            case 8 -> new NonceLocator(in.i32() & 0xffffff, AddressReader.read(in));
            case 9 -> multicastInfo(in);
            case 10 -> explicitLocatorPath(in);
            case 11 -> securityKey(in);
            case 12 -> sourceDestination(in);
            case 13 -> replicationList(in);
            case 14 -> json(in, reserved2);
            case 15 -> new KeyValueAddress(AddressReader.read(in), AddressReader.read(in));
            case 16 -> new EncapsulationFormat(in.i32() & 0x7f, AddressReader.read(in));
            case 17 -> new ServicePath(in.u16() << 8 | in.u8(), in.u8());
            case 255 -> vendor(in);
            default -> {
                in.skipAddress();
                yield NoAddress.INSTANCE;
            }
        };
    }

    /** Elements of unknown LCAF type are left out. */
    private static List<LispAddress> addressesToEnd(Input in) {
        List<LispAddress> addresses = new ArrayList<>();
        while (in.remaining() > 0) {
            LispAddress address = AddressReader.read(in);
            if (!in.takeSkipped()) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    private static Octets octetsToEnd(Input in) {
        return Octets.copyOf(in.octets(in.remaining()));
    }

    private static LispAddress applicationData(Input in) {
        int first = in.i32();
        int local = in.i32();
        int remote = in.i32();
        return new ApplicationData(
                first >>> 8,
                first & 0xff,
                local >>> 16,
                local & 0xffff,
                remote >>> 16,
                remote & 0xffff,
                AddressReader.read(in));
    }

    private static Angle angle(Input in) {
        int word = in.i32();
        return new Angle(word < 0, word >>> 16 & 0x7fff, word >>> 8 & 0xff, word & 0xff);
    }

    static NatTraversal natTraversal(Input in) {
        return new NatTraversal(
                in.u16(),
                in.u16(),
                AddressReader.read(in),
                AddressReader.read(in),
                AddressReader.read(in),
                addressesToEnd(in));
    }

    private static LispAddress multicastInfo(Input in) {
        in.skipStrayOctets();
        int instanceId = in.i32();
        in.skip(2);
        return new MulticastInfo(instanceId, in.u8(), in.u8(), AddressReader.read(in), AddressReader.read(in));
    }

    private static LispAddress explicitLocatorPath(Input in) {
        List<Hop> hops = new ArrayList<>();
        while (in.remaining() > 0) {
            int flags = in.u16();
            hops.add(new Hop((flags & 4) != 0, (flags & 2) != 0, (flags & 1) != 0, AddressReader.read(in)));
        }
        return new ExplicitLocatorPath(hops);
    }

    private static LispAddress securityKey(Input in) {
        int count = in.u8();
        in.skip(1);
        int suite = in.u8();
        boolean revoked = (in.u8() & 1) != 0;
        List<Octets> keys = new ArrayList<>(4);
        for (int i = 0; i < count && !in.failed(); i++) {
            keys.add(Octets.copyOf(in.octets(in.u16())));
        }
        return new SecurityKey(suite, revoked, keys, AddressReader.read(in));
    }

    private static LispAddress sourceDestination(Input in) {
        in.skip(2);
        return new SourceDestination(in.u8(), in.u8(), AddressReader.read(in), AddressReader.read(in));
    }

    private static LispAddress replicationList(Input in) {
        List<Entry> entries = new ArrayList<>();
        while (in.remaining() > 0) {
            int level = in.i32() & 0xff;
            entries.add(new Entry(level, AddressReader.read(in)));
        }
        return new ReplicationList(entries);
    }

    private static LispAddress json(Input in, int reserved2) {
        Octets json = Octets.copyOf(in.octets(in.u16()));
        return new JsonAddress((reserved2 & 1) != 0, json, AddressReader.read(in));
    }

    private static LispAddress vendor(Input in) {
        int oui = in.i32() & 0xffffff;
        if (!in.knowsVendor(oui)) {
            in.fail(MalformedReason.UNKNOWN_VENDOR);
        }
        return new VendorLcaf(oui, octetsToEnd(in));
    }
}
