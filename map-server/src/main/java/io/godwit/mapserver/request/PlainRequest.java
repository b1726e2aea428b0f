package io.godwit.mapserver.request;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.UdpHeader;
import org.agrona.DirectBuffer;

/**
 * The Map-Request that nearly all are: one host, no options, in an ECM or by itself. Reads it where it lies; whatever is unusual, wrong
 * included, is left to the codec.
 */
final class PlainRequest {
    /** An ECM without any flag. */
    private static final int ECM = 8 << 28;
    /** Type and all flags but p, s and L, which change nothing here. */
    private static final int HEADER_MASK = 0xff10_2000;

    private static final int MAP_REQUEST = 1 << 28;
    private static final int FIXED_LENGTH = 12;
    private static final int AFI_IPV4 = 1;
    private static final int AFI_IPV6 = 2;
    private static final int AFI_MAC = 6;
    private static final int AFI_LCAF = 0x4003;
    private static final int INSTANCE_ID = 2;
    /** AFI, reserved, flags, type, mask length, length, instance. */
    private static final int INSTANCE_LENGTH = 12;

    private static final int NO_INSTANCE = -1;

    private DirectBuffer in;
    private int position;
    private int end;
    private int itrRlocs;

    private long nonce;
    private int replyPort;
    private int instanceId;
    private int width;
    private long high;
    private long low;
    private int itrWidth;
    private long itrHigh;
    private long itrLow;

    PlainRequest(DirectBuffer empty) {
        in = empty;
    }

    long nonce() {
        return nonce;
    }

    int replyPort() {
        return replyPort;
    }

    int instanceId() {
        return instanceId;
    }

    /** Of the EID, in bits. */
    int width() {
        return width;
    }

    /** The EID's first 64 bits, an IPv4 or MAC address being aligned to the left. */
    long high() {
        return high;
    }

    long low() {
        return low;
    }

    /** Where the answer goes. */
    IpAddress itr() {
        return itrWidth == 32 ? new Ipv4Address((int) (itrHigh >>> 32)) : new Ipv6Address(itrHigh, itrLow);
    }

    /** Whether the datagram is such a request, which the other methods then tell about. */
    boolean read(DirectBuffer buffer, int offset, int length, int sourcePort, boolean ipv4, boolean ipv6) {
        in = buffer;
        position = offset;
        end = offset + length;
        replyPort = sourcePort;
        if (length < 4) {
            return false;
        }
        if (buffer.getInt(offset, BIG_ENDIAN) == ECM && !readEncapsulation()) {
            return false;
        }
        return readHeader() && readItrRlocs(ipv4, ipv6) && readRecord() && position == end;
    }

    private boolean readEncapsulation() {
        int ip = position + 4;
        int udp = udpOffset(ip);
        if (udp < 0 || udp + UdpHeader.LENGTH > end) {
            return false;
        }
        int length = UdpHeader.length(in, udp);
        replyPort = UdpHeader.sourcePort(in, udp);
        if (udp + length != end
                || replyPort == LispHeader.PORT
                || UdpHeader.destinationPort(in, udp) == LispHeader.PORT
                || (UdpHeader.checksum(in, udp) != 0
                        && !Checksum.transportIsValid(in, ip, IpProtocol.UDP, udp, length))) {
            return false;
        }
        position = udp + UdpHeader.LENGTH;
        return true;
    }

    private int udpOffset(int ip) {
        int length = end - ip;
        if (Ipv4Header.isComplete(in, ip, length)) {
            boolean plain = Ipv4Header.protocol(in, ip) == IpProtocol.UDP
                    && !Ipv4Header.isFragment(in, ip)
                    && Ipv4Header.totalLength(in, ip) == length;
            return plain ? ip + Ipv4Header.headerLength(in, ip) : -1;
        }
        boolean plain = Ipv6Header.isComplete(in, ip, length)
                && Ipv6Header.nextHeader(in, ip) == IpProtocol.UDP
                && Ipv6Header.LENGTH + Ipv6Header.payloadLength(in, ip) == length;
        return plain ? ip + Ipv6Header.LENGTH : -1;
    }

    /** Type, flags, one record; the source EID, which does not matter. */
    private boolean readHeader() {
        if (end - position < FIXED_LENGTH + 2) {
            return false;
        }
        int header = in.getInt(position, BIG_ENDIAN);
        if ((header & HEADER_MASK) != MAP_REQUEST || (header & 0xff) != 1) {
            return false;
        }
        itrRlocs = (header >>> 8 & 0x1f) + 1;
        nonce = in.getLong(position + 4, BIG_ENDIAN);
        position += FIXED_LENGTH;
        return in.getShort(position, BIG_ENDIAN) == 0 ? skip(2) : readAddress();
    }

    private boolean skip(int octets) {
        position += octets;
        return true;
    }

    /** The first one of a family that can be reached counts. */
    private boolean readItrRlocs(boolean ipv4, boolean ipv6) {
        itrWidth = 0;
        for (int i = 0; i < itrRlocs; i++) {
            if (!readAddress() || instanceId != NO_INSTANCE || width == 48) {
                return false;
            }
            if (itrWidth == 0 && (width == 32 ? ipv4 : ipv6)) {
                itrWidth = width;
                itrHigh = high;
                itrLow = low;
            }
        }
        return itrWidth != 0;
    }

    /** A whole host's record without the N bit. */
    private boolean readRecord() {
        if (end - position < 2 || in.getByte(position) != 0) {
            return false;
        }
        int mask = in.getByte(position + 1) & 0xff;
        position += 2;
        boolean host = readAddress() && mask == width;
        instanceId = Math.max(instanceId, 0);
        return host;
    }

    /** An IPv4, IPv6 or MAC address, perhaps of an instance. */
    private boolean readAddress() {
        instanceId = NO_INSTANCE;
        if (end - position < 2) {
            return false;
        }
        int afi = in.getShort(position, BIG_ENDIAN) & 0xffff;
        if (afi != AFI_LCAF) {
            return readAddress(afi);
        }
        if (end - position < INSTANCE_LENGTH + 2) {
            return false;
        }
        int type = in.getByte(position + 4);
        int rest = in.getShort(position + 6, BIG_ENDIAN) & 0xffff;
        instanceId = in.getInt(position + 8, BIG_ENDIAN);
        position += INSTANCE_LENGTH;
        return type == INSTANCE_ID
                && instanceId >= 0
                && instanceId <= 0xff_ffff
                && readAddress(in.getShort(position, BIG_ENDIAN) & 0xffff)
                && rest == 6 + width / 8;
    }

    private boolean readAddress(int afi) {
        width = afi == AFI_IPV4 ? 32 : afi == AFI_IPV6 ? 128 : afi == AFI_MAC ? 48 : 0;
        int octets = width / 8;
        if (width == 0 || end - position < 2 + octets) {
            return false;
        }
        int at = position + 2;
        low = 0;
        if (width == 32) {
            high = (long) in.getInt(at, BIG_ENDIAN) << 32;
        } else if (width == 48) {
            high = (long) in.getInt(at, BIG_ENDIAN) << 32 | (in.getShort(at + 4, BIG_ENDIAN) & 0xffffL) << 16;
        } else {
            high = in.getLong(at, BIG_ENDIAN);
            low = in.getLong(at + 8, BIG_ENDIAN);
        }
        position = at + octets;
        return true;
    }
}
