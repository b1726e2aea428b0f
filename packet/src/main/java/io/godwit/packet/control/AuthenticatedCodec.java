package io.godwit.packet.control;

import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.control.MapRegister.Flag;
import java.util.List;
import java.util.Optional;

/** Map-Register, Map-Notify and Map-Notify-Ack on the wire (RFC 9301 sections 5.6 and 5.7). */
final class AuthenticatedCodec {
    private static final int REGISTER_IDENTITY = 0x02000000;
    private static final int NOTIFY_IDENTITY = 0x08000000;
    private static final FlagBits<Flag> FLAGS =
            new FlagBits<>(Flag.class, 0x08000000, 0x04000000, 0x1000, 0x0800, 0x0400, 0x0100);

    private AuthenticatedCodec() {}

    static ControlMessage decodeRegister(Input in) {
        int header = in.i32();
        long nonce = in.i64();
        AuthenticationData authentication = readAuthentication(in);
        List<EidRecord> records = RecordCodec.readEidRecords(in, header & 0xff);
        Optional<XtrIdentity> identity = RecordCodec.readIdentity(in, (header & REGISTER_IDENTITY) != 0);
        return in.result(new MapRegister(FLAGS.read(header), nonce, authentication, records, identity));
    }

    static ControlMessage decodeNotify(Input in, boolean ack) {
        int header = in.i32();
        long nonce = in.i64();
        AuthenticationData authentication = readAuthentication(in);
        List<EidRecord> records = RecordCodec.readEidRecords(in, header & 0xff);
        // The bit is reserved in RFC 9301, where it must be ignored: it counts only when the trailer is really there.
        boolean announced = (header & NOTIFY_IDENTITY) != 0 && in.remaining() >= XtrIdentity.LENGTH;
        Optional<XtrIdentity> identity = RecordCodec.readIdentity(in, announced);
        return in.result(
                ack
                        ? new MapNotifyAck(nonce, authentication, records, identity)
                        : new MapNotify(nonce, authentication, records, identity));
    }

    static AuthenticationData readAuthentication(Input in) {
        int keyId = in.u8();
        int algorithm = in.u8();
        int length = in.u16();
        if (length > in.remaining()) {
            in.fail(MalformedReason.BAD_AUTHENTICATION_LENGTH);
        }
        return new AuthenticationData(keyId, algorithm, in.octets(length));
    }

    static void encode(AuthenticatedMessage message, Output out) {
        switch (message) {
            case MapRegister m -> {
                int identity = m.identity().isPresent() ? REGISTER_IDENTITY : 0;
                body(m, 3 << 28 | FLAGS.write(m.flags()) | identity, m.identity(), out);
            }
            case MapNotify m -> body(m, notifyHeader(4, m.identity()), m.identity(), out);
            case MapNotifyAck m -> body(m, notifyHeader(5, m.identity()), m.identity(), out);
        }
    }

    private static int notifyHeader(int type, Optional<XtrIdentity> identity) {
        return type << 28 | (identity.isPresent() ? NOTIFY_IDENTITY : 0);
    }

    private static void body(AuthenticatedMessage message, int header, Optional<XtrIdentity> identity, Output out) {
        out.i32(header | Output.count(message.records().size(), 8, "records"));
        out.i64(message.nonce());
        writeAuthentication(out, message.authentication());
        RecordCodec.writeEidRecords(out, message.records());
        RecordCodec.writeIdentity(out, identity);
    }

    static void writeAuthentication(Output out, AuthenticationData authentication) {
        out.u8(authentication.keyId());
        out.u8(authentication.algorithmId());
        out.u16(Output.count(authentication.mac().length, 16, "octets"));
        out.octets(authentication.mac());
    }
}
