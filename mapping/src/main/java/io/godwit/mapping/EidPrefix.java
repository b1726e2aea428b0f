package io.godwit.mapping;

import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import java.util.Optional;

/**
 * An EID-prefix: the key of every table. Host bits beyond {@code length} are cleared. Text form {@code [7]10.0.0.0/24}, without the
 * instance when it is 0.
 *
 * @param instanceId 24 bits, 0 is the default instance
 * @param address IPv4, IPv6 or MAC
 * @param length prefix length in bits, at most the address width
 */
public record EidPrefix(int instanceId, LispAddress address, int length) {
    public EidPrefix {
        if (instanceId < 0 || instanceId > 0xff_ffff) {
            throw new IllegalArgumentException("instance-id " + instanceId + " is not within 0..16777215");
        }
        int width = width(address);
        if (length < 0 || length > width) {
            throw new IllegalArgumentException("prefix length " + length + " is not within 0.." + width);
        }
        address = length == width ? address : mask(address, length);
    }

    private static LispAddress mask(LispAddress address, int length) {
        return switch (address) {
            case IpAddress ip -> ip.mask(length);
            case MacAddress(long value) -> new MacAddress(length == 0 ? 0 : value & (-1L << (48 - length)));
            default -> address;
        };
    }

    /** A single host. */
    public static EidPrefix host(int instanceId, LispAddress address) {
        return new EidPrefix(instanceId, address, width(address));
    }

    /** From an EID-record's address and mask length; empty when it is not an IP or MAC EID-prefix of a 24-bit instance. */
    public static Optional<EidPrefix> of(LispAddress eid, int maskLength) {
        return switch (eid) {
            case InstanceIdAddress(int iid, int rsvd, LispAddress inner)
            when iid >= 0 && iid <= 0xff_ffff && !(inner instanceof InstanceIdAddress) && usable(inner, maskLength) ->
                Optional.of(new EidPrefix(iid, inner, maskLength));
            case LispAddress plain when usable(plain, maskLength) -> Optional.of(new EidPrefix(0, plain, maskLength));
            default -> Optional.empty();
        };
    }

    private static boolean usable(LispAddress address, int maskLength) {
        return (address instanceof IpAddress || address instanceof MacAddress) && maskLength <= width(address);
    }

    private static int width(LispAddress address) {
        return switch (address) {
            case IpAddress ip -> ip.bits();
            case MacAddress mac -> 48;
            default -> throw new IllegalArgumentException(address + " is not an IP or MAC address");
        };
    }

    /** From {@code 10.0.0.0/24}, {@code [7]2001:db8::1}: without a length it is a host. */
    public static EidPrefix parse(String text) {
        int instance = 0;
        String rest = text.strip();
        if (rest.startsWith("[")) {
            int end = rest.indexOf(']');
            if (end < 0) {
                throw new IllegalArgumentException("'" + text + "' lacks the ] after the instance-id");
            }
            instance = number(rest.substring(1, end), text);
            rest = rest.substring(end + 1);
        }
        int slash = rest.indexOf('/');
        LispAddress address = AddressText.parse(slash < 0 ? rest : rest.substring(0, slash));
        return slash < 0
                ? host(instance, address)
                : new EidPrefix(instance, address, number(rest.substring(slash + 1), text));
    }

    private static int number(String digits, String text) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not an EID such as [7]10.0.0.0/24", e);
        }
    }

    /** As a record's own, without the way around by method handles: prefixes are keys of maps that every change looks at. */
    @Override
    public boolean equals(Object other) {
        return other instanceof EidPrefix prefix
                && prefix.length == length
                && prefix.instanceId == instanceId
                && prefix.address.equals(address);
    }

    @Override
    public int hashCode() {
        return (31 * instanceId + address.hashCode()) * 31 + length;
    }

    public boolean isHost() {
        return length == width(address);
    }

    /** Whether {@code other} lies within this prefix (or is equal). */
    public boolean covers(EidPrefix other) {
        return instanceId == other.instanceId
                && other.length >= length
                && width(other.address) == width(address)
                && mask(other.address, length).equals(address);
    }

    /** As it goes into an EID-record: with the Instance-ID LCAF unless the instance is 0. */
    public LispAddress toAddress() {
        return instanceId == 0 ? address : new InstanceIdAddress(instanceId, address);
    }

    @Override
    public String toString() {
        return (instanceId == 0 ? "" : "[" + instanceId + "]") + address + "/" + length;
    }
}
