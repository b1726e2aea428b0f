package io.godwit.xtr;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.data.LispGpe;
import io.godwit.packet.data.LispHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/** Ethernet frames with a UDP packet in them, as cards would send them; cards have numbers. */
final class TestFrames {
    static final int INSTANCE = 9;
    static final String TAP = "tap9";
    /** The destination of broadcasts. */
    static final long ALL = 0xffff_ffff_ffffL;

    private static final int HEADER = 14;
    private static final int CARDS = 0x5254_0000;
    private static final short IPV4 = 0x0800;

    private final long source;
    private final long destination;
    private TestPackets packet = TestPackets.from("10.9.0.1", "10.9.0.2");

    private TestFrames(long source, long destination) {
        this.source = source;
        this.destination = destination;
    }

    static TestFrames frame(long source, long destination) {
        return new TestFrames(source, destination);
    }

    /** Adds a layer-2 instance that floods to {@code flood}. */
    static UnaryOperator<DataPlaneConfig> withLayer2(String... flood) {
        return config -> with(config, config.instances(), flood);
    }

    /** A layer-2 instance instead of all others. */
    static UnaryOperator<DataPlaneConfig> onlyLayer2() {
        return config -> with(config, List.of());
    }

    private static DataPlaneConfig with(
            DataPlaneConfig config, List<DataPlaneConfig.Instance> others, String... flood) {
        List<IpAddress> rlocs = Stream.of(flood).map(IpAddress::parse).toList();
        List<DataPlaneConfig.Instance> instances = new ArrayList<>(others);
        instances.add(new DataPlaneConfig.Instance(INSTANCE, TAP, true, rlocs));
        return new DataPlaneConfig(
                config.locators(), instances, config.mtu(), config.threads(), config.parking(), config.rules());
    }

    static MacAddress mac(long card) {
        return new MacAddress(card == ALL ? ALL : (long) CARDS << 16 | card);
    }

    static String eid(long card) {
        return EidPrefix.host(INSTANCE, mac(card)).toString();
    }

    TestFrames number(int number) {
        packet.number(number);
        return this;
    }

    TestFrames payload(int octets) {
        packet.payload(octets);
        return this;
    }

    TestFrames trafficClass(int octet) {
        packet.trafficClass(octet);
        return this;
    }

    byte[] bytes() {
        byte[] ip = packet.bytes();
        return ByteBuffer.allocate(HEADER + ip.length)
                .put(mac(destination).toBytes())
                .put(mac(source).toBytes())
                .putShort(IPV4)
                .put(ip)
                .array();
    }

    byte[] encapsulated() {
        return encapsulated(INSTANCE, LispGpe.ETHERNET);
    }

    /** What a peer would send to port 4341. */
    byte[] encapsulated(int instanceId, int protocol) {
        byte[] frame = bytes();
        byte[] datagram = new byte[LispHeader.LENGTH + frame.length];
        LispHeader.put(
                new UnsafeBuffer(datagram),
                0,
                LispHeader.INSTANCE_ID_PRESENT | LispHeader.withNextProtocol(protocol),
                LispHeader.instanceWord(instanceId, 0));
        System.arraycopy(frame, 0, datagram, LispHeader.LENGTH, frame.length);
        return datagram;
    }

    /** The packet in a frame made here. */
    static byte[] packet(byte[] frame) {
        return Arrays.copyOfRange(frame, HEADER, frame.length);
    }
}
