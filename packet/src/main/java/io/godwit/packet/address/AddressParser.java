package io.godwit.packet.address;

import io.godwit.packet.address.ExplicitLocatorPath.Hop;
import io.godwit.packet.address.GeoCoordinates.Angle;
import io.godwit.packet.address.ReplicationList.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Recursive descent over the text forms that the address types document. */
final class AddressParser {
    /** As deep as the decoder goes. */
    private static final int MAX_DEPTH = 8;

    private static final String STOPS = ",)/+@]";

    private final TextCursor in;
    private final String text;
    private int depth;

    AddressParser(String text) {
        this.text = text;
        this.in = new TextCursor(text);
    }

    LispAddress parseAll() {
        LispAddress address = address();
        if (!in.atEnd()) {
            throw in.wrong("the end");
        }
        return address;
    }

    private LispAddress address() {
        if (depth++ > MAX_DEPTH) {
            throw new IllegalArgumentException("'" + text + "' nests more than " + MAX_DEPTH + " addresses");
        }
        LispAddress address =
                switch (in.peek()) {
                    case '[' -> instance();
                    case '(' -> multicast(0);
                    case '"' -> new DistinguishedName(in.quoted());
                    default -> plainOrNamed();
                };
        depth--;
        return address;
    }

    private LispAddress instance() {
        in.expect('[');
        int instanceId = in.number(32);
        int maskLength = in.accept('/') ? in.number(8) : 0;
        in.expect(']');
        if (in.peek() == '(' && maskLength == 0) {
            return multicast(instanceId);
        }
        return new InstanceIdAddress(instanceId, maskLength, address());
    }

    private LispAddress plainOrNamed() {
        String word = in.until(STOPS + "(");
        if (in.accept('(')) {
            LispAddress lcaf = named(word);
            in.expect(')');
            return lcaf;
        }
        if (word.equals("-")) {
            return NoAddress.INSTANCE;
        }
        if (MacAddress.isMac(word)) {
            return MacAddress.parse(word);
        }
        try {
            return IpAddress.parse(word);
        } catch (IllegalArgumentException e) {
            throw word.equals(text) ? e : new IllegalArgumentException("in '" + text + "': " + e.getMessage(), e);
        }
    }

    private LispAddress named(String name) {
        return switch (name) {
            case "null" -> NullLcaf.INSTANCE;
            case "list" -> new AfiList(list(this::address));
            case "as" -> new AsNumberAddress(number(32), address());
            case "app" -> application();
            case "geo" -> geo();
            case "opaque" -> new OpaqueKey(number(8), number(16), octets());
            case "nat" -> nat();
            case "nonce" -> new NonceLocator(number(24), address());
            case "elp" -> new ExplicitLocatorPath(list(this::hop));
            case "keys" -> keys();
            case "sd" -> sourceDestination();
            case "rle" -> new ReplicationList(list(this::entry));
            case "json" -> json(false);
            case "bjson" -> json(true);
            case "kv" -> new KeyValueAddress(argument(), address());
            case "encap" -> encapsulation();
            case "nsh" -> new ServicePath(number(24), in.number(8));
            case "vendor" -> vendor();
            default -> throw in.wrong("a form such as list(...) or elp(...), not '" + name + "(',");
        };
    }

    private int number(int bits) {
        int number = in.number(bits);
        in.expect(',');
        return number;
    }

    private LispAddress argument() {
        LispAddress address = address();
        in.expect(',');
        return address;
    }

    private Octets octets() {
        String word = in.until(",)");
        if (!word.startsWith("0x")) {
            throw in.wrong("octets such as 0x00ff before this");
        }
        try {
            return Octets.parse(word);
        } catch (IllegalArgumentException e) {
            throw in.wrong("pairs of hexadecimal digits before this");
        }
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> elements = new ArrayList<>();
        if (in.peek() != ')') {
            do {
                elements.add(element.get());
            } while (in.accept(','));
        }
        return elements;
    }

    private LispAddress multicast(int instanceId) {
        in.expect('(');
        LispAddress source = address();
        int sourceLength = maskLength(source);
        in.expect(',');
        LispAddress group = address();
        int groupLength = maskLength(group);
        in.expect(')');
        return new MulticastInfo(instanceId, sourceLength, groupLength, source, group);
    }

    private LispAddress sourceDestination() {
        LispAddress source = address();
        int sourceLength = maskLength(source);
        in.expect(',');
        LispAddress destination = address();
        return new SourceDestination(sourceLength, maskLength(destination), source, destination);
    }

    private int maskLength(LispAddress address) {
        return in.accept('/') ? in.number(8) : LcafText.fullLength(address);
    }

    private LispAddress application() {
        int trafficClass = number(24);
        int protocol = number(8);
        int localLow = in.number(16);
        in.expect('-');
        int localHigh = number(16);
        int remoteLow = in.number(16);
        in.expect('-');
        int remoteHigh = number(16);
        return new ApplicationData(trafficClass, protocol, localLow, localHigh, remoteLow, remoteHigh, address());
    }

    private LispAddress geo() {
        Angle latitude = angle('N', 'S');
        Angle longitude = angle('E', 'W');
        String word = in.until(",");
        int altitude = word.equals("-") ? GeoCoordinates.NO_ALTITUDE : altitude(word);
        in.expect(',');
        return new GeoCoordinates(latitude, longitude, altitude, address());
    }

    private int altitude(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw in.wrong("an altitude in metres before this");
        }
    }

    private Angle angle(char ifPositive, char ifNegative) {
        boolean positive = in.accept(ifPositive);
        if (!positive) {
            in.expect(ifNegative);
        }
        int degrees = in.number(15);
        in.expect('.');
        int minutes = in.number(8);
        in.expect('.');
        return new Angle(positive, degrees, minutes, number(8));
    }

    private LispAddress nat() {
        int mapServerPort = number(16);
        int etrPort = number(16);
        LispAddress globalEtr = argument();
        LispAddress mapServer = argument();
        LispAddress privateEtr = address();
        List<LispAddress> rtrs = in.accept(',') ? list(this::address) : List.of();
        return new NatTraversal(mapServerPort, etrPort, globalEtr, mapServer, privateEtr, rtrs);
    }

    private Hop hop() {
        LispAddress address = address();
        boolean flags = in.accept('+');
        return new Hop(flags && in.accept('l'), flags && in.accept('p'), flags && in.accept('s'), address);
    }

    private Entry entry() {
        LispAddress address = address();
        in.expect('@');
        return new Entry(in.number(8), address);
    }

    private LispAddress keys() {
        int suite = in.number(8);
        boolean revoked = in.accept('!');
        in.expect(',');
        List<Octets> keys = new ArrayList<>();
        while (in.startsWith("0x")) {
            keys.add(octets());
            in.expect(',');
        }
        return new SecurityKey(suite, revoked, keys, address());
    }

    private LispAddress json(boolean binary) {
        Octets json =
                in.peek() == '"' && !binary ? Octets.copyOf(in.quoted().getBytes(StandardCharsets.UTF_8)) : octets();
        in.expect(',');
        return new JsonAddress(binary, json, address());
    }

    private LispAddress encapsulation() {
        int formats = 0;
        for (String name : in.until(",").split("\\+")) {
            int bit = EncapsulationFormat.NAMES.indexOf(name);
            if (bit < 0 && !name.isEmpty()) {
                throw in.wrong("names out of " + EncapsulationFormat.NAMES + " before this");
            }
            formats |= name.isEmpty() ? 0 : 1 << bit;
        }
        in.expect(',');
        return new EncapsulationFormat(formats, address());
    }

    private LispAddress vendor() {
        byte[] oui = octets().toBytes();
        if (oui.length != 3) {
            throw in.wrong("an OUI such as 0x00005e before this");
        }
        in.expect(',');
        return new VendorLcaf((oui[0] & 0xff) << 16 | (oui[1] & 0xff) << 8 | (oui[2] & 0xff), octets());
    }
}
