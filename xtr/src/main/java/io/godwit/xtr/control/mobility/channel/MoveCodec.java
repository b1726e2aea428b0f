package io.godwit.xtr.control.mobility.channel;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.config.XtrId;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Item;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Result;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Verb;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The wire form of {@link MoveMessage}: header, items, tickets, HMAC-SHA-256 over all (RFC 2104, all 32 octets). All numbers are big-endian.
 *
 * <pre>
 *   0  "GWM1"
 *   4  verb | key-id | items | 0        one octet each
 *   8  xTR-ID of the sender             16 octets
 *  24  life of the sender               8 octets
 *  32  life of the receiver             8 octets, 0 when unknown
 *  40  sequence                         8 octets
 *  48  items, of 40 octets each:
 *        0  epoch                       8 octets
 *        8  result | family | flags | 0 one octet each; family 4, 6, or 2 for a MAC; flag 1: a MAC follows; flag 2: it has a ticket
 *       12  instance-id                 4 octets
 *       16  EID                         16 octets; IPv4 in the first four, a MAC in the first six
 *       32  MAC                         6 octets
 *       38  length of the ticket        2 octets, 0 without one
 *      tickets, ASCII, in the order of their items
 *      HMAC                             32 octets
 * </pre>
 */
final class MoveCodec {
    static final int MAX_LENGTH = 1_200;

    private static final int MAGIC = 0x47574D31;
    private static final int HEADER_LENGTH = 48;
    private static final int ITEM_LENGTH = 40;
    private static final int MAC_LENGTH = 32;
    /** For items. */
    static final int ROOM = MAX_LENGTH - HEADER_LENGTH - MAC_LENGTH;

    private static final int HAS_MAC = 1;
    private static final int HAS_TICKET = 2;
    private static final int TICKET_LENGTH = 38;
    private static final int ETHERNET = 6;
    private static final int IPV4_LENGTH = 4;
    private static final int IPV4 = 4;
    private static final int IPV6 = 6;
    private static final int LAYER_2 = 2;

    private MoveCodec() {}

    /** A pre-shared key, ready to sign. */
    static Mac hmac(byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    /** What an item takes of {@link #ROOM}. */
    static int length(Item item) {
        return ITEM_LENGTH + item.ticket().map(String::length).orElse(0);
    }

    /** @return octets written at the start of {@code buffer} */
    static int encode(MoveMessage message, Mac hmac, MutableDirectBuffer buffer) {
        int length = HEADER_LENGTH
                + message.items().stream().mapToInt(MoveCodec::length).sum();
        buffer.setMemory(0, length, (byte) 0);
        buffer.putInt(0, MAGIC, BIG_ENDIAN);
        buffer.putByte(4, (byte) message.verb().code());
        buffer.putByte(5, (byte) message.keyId());
        buffer.putByte(6, (byte) message.items().size());
        buffer.putLong(8, message.sender().high(), BIG_ENDIAN);
        buffer.putLong(16, message.sender().low(), BIG_ENDIAN);
        buffer.putLong(24, message.life(), BIG_ENDIAN);
        buffer.putLong(32, message.peerLife(), BIG_ENDIAN);
        buffer.putLong(40, message.sequence(), BIG_ENDIAN);
        int at = HEADER_LENGTH;
        for (Item item : message.items()) {
            encode(item, buffer, at);
            at += ITEM_LENGTH;
        }
        for (Item item : message.items()) {
            at += item.ticket().isPresent()
                    ? buffer.putStringWithoutLengthAscii(at, item.ticket().get())
                    : 0;
        }
        buffer.putBytes(length, mac(hmac, buffer, 0, length));
        return length + MAC_LENGTH;
    }

    private static void encode(Item item, MutableDirectBuffer buffer, int at) {
        LispAddress eid = item.eid().address();
        byte[] address = eid instanceof IpAddress ip ? ip.toBytes() : ((MacAddress) eid).toBytes();
        buffer.putLong(at, item.epoch(), BIG_ENDIAN);
        buffer.putByte(at + 8, (byte) item.result().code());
        buffer.putByte(
                at + 9, (byte) (eid instanceof MacAddress ? LAYER_2 : address.length == IPV4_LENGTH ? IPV4 : IPV6));
        buffer.putByte(at + 10, (byte)
                ((item.mac().isPresent() ? HAS_MAC : 0) | (item.ticket().isPresent() ? HAS_TICKET : 0)));
        buffer.putShort(
                at + TICKET_LENGTH,
                (short) item.ticket().map(String::length).orElse(0).intValue(),
                BIG_ENDIAN);
        buffer.putInt(at + 12, item.eid().instanceId(), BIG_ENDIAN);
        buffer.putBytes(at + 16, address);
        item.mac().ifPresent(mac -> buffer.putBytes(at + 32, mac.toBytes()));
    }

    private static byte[] mac(Mac hmac, DirectBuffer buffer, int offset, int length) {
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        return hmac.doFinal(octets);
    }

    /** Whether it was signed with the key; in constant time. */
    static boolean verify(DirectBuffer buffer, int offset, int length, Mac hmac) {
        int signed = length - MAC_LENGTH;
        if (signed < HEADER_LENGTH || length > MAX_LENGTH) {
            return false;
        }
        byte[] received = new byte[MAC_LENGTH];
        buffer.getBytes(offset + signed, received);
        return MessageDigest.isEqual(received, mac(hmac, buffer, offset, signed));
    }

    /** Empty when it is none; whoever signed it is known already. */
    static Optional<MoveMessage> decode(DirectBuffer buffer, int offset, int length) {
        if (length < HEADER_LENGTH + MAC_LENGTH || buffer.getInt(offset, BIG_ENDIAN) != MAGIC) {
            return Optional.empty();
        }
        Optional<Verb> verb = Verb.of(buffer.getByte(offset + 4) & 0xff);
        int count = buffer.getByte(offset + 6) & 0xff;
        int tickets = HEADER_LENGTH + count * ITEM_LENGTH;
        int end = length - MAC_LENGTH;
        if (verb.isEmpty() || tickets > end) {
            return Optional.empty();
        }
        List<Item> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int at = offset + HEADER_LENGTH + i * ITEM_LENGTH;
            int ticket = ticketLength(buffer, at);
            Optional<Item> item = ticket > end - tickets ? Optional.empty() : item(buffer, at);
            if (item.isEmpty()) {
                return Optional.empty();
            }
            items.add(item.get().with(ticket(buffer, offset + tickets, ticket)));
            tickets += ticket;
        }
        if (tickets != end) {
            return Optional.empty();
        }
        return Optional.of(new MoveMessage(
                verb.get(),
                buffer.getByte(offset + 5) & 0xff,
                new XtrId(buffer.getLong(offset + 8, BIG_ENDIAN), buffer.getLong(offset + 16, BIG_ENDIAN)),
                buffer.getLong(offset + 24, BIG_ENDIAN),
                buffer.getLong(offset + 32, BIG_ENDIAN),
                buffer.getLong(offset + 40, BIG_ENDIAN),
                items));
    }

    private static int ticketLength(DirectBuffer buffer, int at) {
        return (buffer.getByte(at + 10) & HAS_TICKET) == 0
                ? 0
                : buffer.getShort(at + TICKET_LENGTH, BIG_ENDIAN) & 0xffff;
    }

    private static Optional<String> ticket(DirectBuffer buffer, int at, int length) {
        return length == 0 ? Optional.empty() : Optional.of(buffer.getStringWithoutLengthAscii(at, length));
    }

    private static LispAddress eid(int family, byte[] octets) {
        return switch (family) {
            case IPV4 -> IpAddress.of(Arrays.copyOf(octets, IPV4_LENGTH));
            case LAYER_2 -> MacAddress.of(Arrays.copyOf(octets, ETHERNET));
            default -> IpAddress.of(octets);
        };
    }

    private static Optional<Item> item(DirectBuffer buffer, int at) {
        Optional<Result> result = Result.of(buffer.getByte(at + 8) & 0xff);
        int family = buffer.getByte(at + 9);
        int instance = buffer.getInt(at + 12, BIG_ENDIAN);
        long epoch = buffer.getLong(at, BIG_ENDIAN);
        if (result.isEmpty()
                || (family != IPV4 && family != IPV6 && family != LAYER_2)
                || instance >>> 24 != 0
                || epoch < 0) {
            return Optional.empty();
        }
        byte[] address = new byte[16];
        buffer.getBytes(at + 16, address);
        byte[] mac = new byte[ETHERNET];
        buffer.getBytes(at + 32, mac);
        return Optional.of(new Item(
                EidPrefix.host(instance, eid(family, address)),
                epoch,
                (buffer.getByte(at + 10) & HAS_MAC) != 0 ? Optional.of(MacAddress.of(mac)) : Optional.empty(),
                result.get(),
                Optional.empty()));
    }
}
