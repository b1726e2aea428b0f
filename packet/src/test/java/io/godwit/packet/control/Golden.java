package io.godwit.packet.control;

import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.NatTraversal;
import io.godwit.packet.address.Octets;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.control.EcmAuthentication.LispSec;
import io.godwit.packet.control.EidAuthentication.MaskedEid;
import io.godwit.packet.control.MapReferral.Referral;
import io.godwit.packet.control.MapReferral.Signature;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.packet.control.MapRequest.RequestedEid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Our own golden packets: each message here, and its octets in {@code golden.txt}. */
final class Golden {
    static final long NONCE = 0x0102030405060708L;
    static final XtrIdentity IDENTITY = new XtrIdentity(0x1111111111111111L, 0x2222222222222222L, 0x33);
    private static final AuthenticationData SHA1 = new AuthenticationData(3, 1, filled(20));
    private static final AuthenticationData SHA256 = new AuthenticationData(0, 2, filled(32));
    private static final AuthenticationData TRUNCATED = new AuthenticationData(7, 3, filled(16));

    private Golden() {}

    /** By name, the octets of each packet. */
    static Map<String, byte[]> octets() {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream("/golden.txt"))) {
            Map<String, byte[]> packets = new LinkedHashMap<>();
            new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> line.split("\\s+"))
                    .forEach(words -> packets.put(words[0], HexFormat.of().parseHex(words[1])));
            return packets;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** By name, what each packet says. */
    static Map<String, ControlMessage> messages() {
        Map<String, ControlMessage> all = new LinkedHashMap<>();
        requests(all);
        replies(all);
        registers(all);
        encapsulated(all);
        optional(all);
        locators().forEach((name, locator) -> all.put("locator-" + name, reply(rloc(locator))));
        eids().forEach((name, eid) -> all.put("eid-" + name, request(Set.of(), eid)));
        return all;
    }

    private static void requests(Map<String, ControlMessage> all) {
        LispAddress host = a("10.20.0.5");
        all.put("map-request", request(Set.of(), requested(32, "10.20.0.5")));
        all.put("map-request-v6", request(Set.of(), requested(128, "2001:db8:20::5")));
        all.put("map-request-probe", request(Set.of(Flag.PROBE, Flag.AUTHORITATIVE), requested(24, "10.20.0.0")));
        all.put("map-request-smr", request(Set.of(Flag.SMR, Flag.DO_NOT_REPLY), requested(32, "10.20.0.5")));
        all.put(
                "map-request-smr-invoked",
                request(Set.of(Flag.SMR_INVOKED, Flag.PITR, Flag.LOCAL_XTR), requested(32, "10.20.0.5")));
        all.put(
                "map-request-two-families",
                new MapRequest(
                        Set.of(),
                        NONCE,
                        host,
                        List.of(a("192.0.2.1"), a("2001:db8::1")),
                        List.of(requested(32, "10.20.0.6"), requested(16, "10.21.0.0")),
                        Optional.of(record("10.20.0.5", rloc(a("192.0.2.1")))),
                        Optional.empty()));
        all.put(
                "map-request-subscribe",
                new MapRequest(
                        Set.of(),
                        NONCE,
                        host,
                        List.of(a("192.0.2.1")),
                        List.of(new RequestedEid(true, 32, a("[7]10.20.0.6"))),
                        Optional.empty(),
                        Optional.of(IDENTITY)));
        all.put(
                "map-request-unsubscribe",
                new MapRequest(
                        Set.of(),
                        NONCE,
                        a("-"),
                        List.of(a("-")),
                        List.of(new RequestedEid(true, 32, a("[7]10.20.0.6"))),
                        Optional.empty(),
                        Optional.of(IDENTITY)));
    }

    private static void replies(Map<String, ControlMessage> all) {
        all.put("map-reply", reply(rloc(a("192.0.2.1")), rloc(a("2001:db8::1"))));
        all.put("map-reply-probe", new MapReply(true, true, NONCE, List.of(record("10.20.0.5", probed()))));
        for (Action action : Action.values()) {
            EidRecord negative = new EidRecord(15, 9, action, false, 0, a("10.128.0.0"), List.of());
            all.put("map-reply-negative-" + action.code(), new MapReply(false, false, NONCE, List.of(negative)));
        }
        EidRecord versioned =
                new EidRecord(-1, 48, Action.NO_ACTION, true, 0xfff, a("2001:db8:20::"), List.of(rloc(a("192.0.2.1"))));
        all.put("map-reply-version", new MapReply(false, false, NONCE, List.of(versioned, record("10.20.0.6"))));
        EidAuthentication eid = new EidAuthentication(
                2, true, 2, List.of(new MaskedEid(24, a("10.20.0.0"))), Octets.copyOf(filled(16)));
        all.put(
                "map-reply-lisp-sec",
                new MapReply(
                        false,
                        false,
                        NONCE,
                        List.of(record("10.20.0.5", rloc(a("192.0.2.1")))),
                        Optional.of(new MapReplyAuthentication(eid, 2, Octets.copyOf(filled(16))))));
    }

    private static void registers(Map<String, ControlMessage> all) {
        List<EidRecord> records = List.of(
                record("[7]10.20.0.5", rloc(a("192.0.2.1"))),
                new EidRecord(0, 48, Action.NO_ACTION, false, 0, a("[7]52:54:00:aa:00:10"), List.of()));
        all.put(
                "map-register",
                new MapRegister(Set.of(MapRegister.Flag.WANT_MAP_NOTIFY), NONCE, SHA256, records, Optional.empty()));
        all.put(
                "map-register-all-flags",
                new MapRegister(Set.of(MapRegister.Flag.values()), NONCE, SHA1, records, Optional.of(IDENTITY)));
        all.put(
                "map-register-source-group",
                new MapRegister(
                        Set.of(MapRegister.Flag.PROXY_REPLY, MapRegister.Flag.MERGE),
                        NONCE,
                        SHA256,
                        List.of(new EidRecord(
                                3,
                                0,
                                Action.NO_ACTION,
                                true,
                                0,
                                a("[7](10.20.0.5,232.1.1.1)"),
                                List.of(rloc(a("rle(192.0.2.1@128)"))))),
                        Optional.of(IDENTITY)));
        all.put("map-notify", new MapNotify(NONCE, SHA256, records, Optional.empty()));
        all.put("map-notify-identity", new MapNotify(NONCE, SHA1, records, Optional.of(IDENTITY)));
        all.put("map-notify-ack", new MapNotifyAck(NONCE, TRUNCATED, records, Optional.empty()));
    }

    private static void encapsulated(Map<String, ControlMessage> all) {
        MapRequest v4 = request(Set.of(), requested(32, "10.20.0.5"));
        MapRequest v6 = request(Set.of(), requested(128, "2001:db8:20::5"));
        all.put("ecm-v4", ecm(false, "10.1.0.9", "10.20.0.5", v4, 4));
        all.put("ecm-v6", ecm(false, "2001:db8:1::9", "2001:db8:20::5", v6, 4));
        all.put("ecm-ddt", ecm(true, "10.1.0.9", "10.20.0.5", v4, 4));
        LispSec sec = new LispSec(2, 1, 2, NONCE, Octets.copyOf(filled(16)), EidAuthentication.request(2));
        all.put("ecm-lisp-sec", secured(Set.of(), Optional.of(sec), v4, 40));
        all.put(
                "ecm-nat-register",
                secured(
                        Set.of(EncapsulatedControlMessage.Flag.RTR),
                        Optional.empty(),
                        (ControlMessage) new MapRegister(
                                Set.of(), NONCE, SHA1, List.of(record("10.20.0.5")), Optional.of(IDENTITY)),
                        4));
        all.put(
                "ecm-nat-notify",
                secured(
                        Set.of(EncapsulatedControlMessage.Flag.RTR),
                        Optional.of(new EcmAuthentication.MapServerToRtr(1, Octets.copyOf(filled(20)))),
                        new MapNotify(NONCE, SHA1, List.of(record("10.20.0.5")), Optional.of(IDENTITY)),
                        32));
    }

    private static EncapsulatedControlMessage secured(
            Set<EncapsulatedControlMessage.Flag> flags,
            Optional<EcmAuthentication> authentication,
            ControlMessage inner,
            int innerOffset) {
        IpAddress source = IpAddress.parse("10.1.0.9");
        IpAddress destination = IpAddress.parse("10.20.0.5");
        return new EncapsulatedControlMessage(
                false, flags, authentication, source, destination, 4342, 4342, inner, innerOffset);
    }

    private static EncapsulatedControlMessage ecm(
            boolean ddt, String source, String destination, ControlMessage inner, int innerOffset) {
        return new EncapsulatedControlMessage(
                ddt, IpAddress.parse(source), IpAddress.parse(destination), 60001, 4342, inner, innerOffset);
    }

    private static void optional(Map<String, ControlMessage> all) {
        for (ReferralAction action : ReferralAction.values()) {
            boolean positive = action.code() < 4;
            List<RlocRecord> locators = positive ? List.of(rloc(a("192.0.2.53"))) : List.of();
            Referral referral =
                    new Referral(1440, 16, action, positive, !positive, 0, a("10.20.0.0"), locators, List.of());
            all.put("map-referral-" + action.code(), new MapReferral(NONCE, List.of(referral)));
        }
        Signature signature = new Signature(1440, 0x70000000, 0x6a000000, 99, 2, Octets.copyOf(filled(256)));
        Referral signed = new Referral(
                1440,
                16,
                ReferralAction.MS_REFERRAL,
                true,
                false,
                5,
                a("10.20.0.0"),
                List.of(rloc(a("keys(1,0x010203,192.0.2.53)"))),
                List.of(signature));
        all.put("map-referral-signed", new MapReferral(NONCE, List.of(signed)));
        all.put("info-request", new InfoRequest(NONCE, SHA1, 60, 24, a("10.20.0.0")));
        NatTraversal nat = (NatTraversal) a("nat(4342,50000,192.0.2.77,192.0.2.2,10.0.0.9,192.0.2.50,2001:db8::50)");
        all.put("info-reply", new InfoReply(NONCE, SHA1, 1440, 24, a("10.20.0.0"), nat));
        all.put("shared-extension", new SharedExtension(0x400, Octets.copyOf(filled(10))));
    }

    /** One of every LCAF type that a locator may be, RFC 8060's illustrations in mind. */
    static Map<String, LispAddress> locators() {
        Map<String, LispAddress> all = new LinkedHashMap<>();
        all.put("list", a("list(192.0.2.1,2001:db8::1,\"xtr-1\",52:54:00:aa:00:10)"));
        all.put("instance", a("[4294967295]192.0.2.1"));
        all.put("as", a("as(4200000001,192.0.2.1)"));
        all.put("geo", a("geo(N52.22.23,W4.53.53,-2,192.0.2.1)"));
        all.put("geo-no-altitude", a("geo(S0.0.1,E179.59.59,-,-)"));
        all.put("nat", a("nat(4342,50000,192.0.2.77,192.0.2.2,10.0.0.9)"));
        all.put("nonce", a("nonce(16777215,192.0.2.1)"));
        all.put("elp", a("elp(192.0.2.1,192.0.2.2+lps,2001:db8::1+s)"));
        all.put("keys", a("keys(5,0x00112233445566778899aabbccddeeff,0xff,192.0.2.1)"));
        all.put("rle", a("rle(192.0.2.1@128,2001:db8::1@0)"));
        all.put("json", a("json(\"{\\\"rack\\\":7}\",192.0.2.1)"));
        all.put("bjson", a("bjson(0xa16161,-)"));
        all.put("kv", a("kv(\"colour\",192.0.2.1)"));
        all.put("encap", a("encap(lisp+vxlan+geneve,192.0.2.1)"));
        all.put("elp-in-rle", a("rle(elp(192.0.2.1+p,192.0.2.2)@128)"));
        return all;
    }

    /** One of every LCAF type and AFI that an EID may be. */
    static Map<String, RequestedEid> eids() {
        Map<String, RequestedEid> all = new LinkedHashMap<>();
        all.put("mac", requested(48, "52:54:00:aa:00:10"));
        all.put("instance-v6", requested(32, "[7]2001:db8::"));
        all.put("instance-range", requested(24, "[16776960/24]-"));
        all.put("name", requested(80, "\"ietf.lisp\""));
        all.put("name-empty", requested(8, "\"\""));
        all.put("app", requested(32, "app(46,6,0-65535,443-443,10.20.0.5)"));
        all.put("opaque", requested(0, "opaque(1,3,0xdeadbeef)"));
        all.put("multicast", requested(0, "[7](10.20.0.0/24,232.1.1.1)"));
        all.put("multicast-v6", requested(0, "(2001:db8::1,ff3e::1)"));
        all.put("source-destination", requested(0, "sd(10.1.0.0/16,10.20.0.0/24)"));
        all.put("service-path", requested(0, "nsh(16777215,255)"));
        all.put("null", requested(0, "null()"));
        all.put("nested", requested(0, "[1][2](10.20.0.5,232.1.1.1)"));
        return all;
    }

    static LispAddress a(String text) {
        return AddressText.parse(text);
    }

    private static RequestedEid requested(int maskLength, String eid) {
        return new RequestedEid(false, maskLength, a(eid));
    }

    private static MapRequest request(Set<Flag> flags, RequestedEid eid) {
        return new MapRequest(
                flags,
                NONCE,
                flags.contains(Flag.PROBE) ? a("-") : a("10.1.0.9"),
                List.of(a("192.0.2.1")),
                List.of(eid),
                Optional.empty(),
                Optional.empty());
    }

    private static MapReply reply(RlocRecord... locators) {
        return new MapReply(false, false, NONCE, List.of(record("10.20.0.5", locators)));
    }

    private static EidRecord record(String eid, RlocRecord... locators) {
        return new EidRecord(1440, 32, Action.NO_ACTION, true, 0, a(eid), List.of(locators));
    }

    private static RlocRecord rloc(LispAddress locator) {
        return RlocRecord.unicast(locator, 1, 100, true);
    }

    private static RlocRecord probed() {
        return new RlocRecord(1, 50, 2, 25, true, true, true, a("192.0.2.1"));
    }

    private static byte[] filled(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (0xa0 + i);
        }
        return octets;
    }
}
