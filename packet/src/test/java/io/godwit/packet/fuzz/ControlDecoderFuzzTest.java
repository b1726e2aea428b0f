package io.godwit.packet.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.godwit.packet.Packets;
import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MalformedMessage;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.security.OneTimeKey;
import io.godwit.packet.security.ReplyProtection;
import io.godwit.packet.security.ReplyVerdict;
import java.util.Set;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Whatever the control decoder lets through can be encoded, decoded to the same, and its addresses written and read as text. */
class ControlDecoderFuzzTest {
    private static final Set<Integer> VENDORS = Set.of(0x00005e);
    private static final MessageAuthentication AUTHENTICATION = new MessageAuthentication(true);
    private static final AuthenticationKey KEY =
            new AuthenticationKey(0, AuthenticationAlgorithm.HMAC_SHA_1_96, new byte[] {1}, true);

    private static final OneTimeKey ONE_TIME_KEY = OneTimeKey.of(new byte[OneTimeKey.LENGTH]);
    private static final ExpandableArrayBuffer ENCODED = new ExpandableArrayBuffer(1024);

    @FuzzTest
    void decode(byte[] payload) {
        fuzzerTestOneInput(payload);
    }

    public static void fuzzerTestOneInput(byte[] payload) {
        UnsafeBuffer buffer = new UnsafeBuffer(payload);
        ControlMessage message = ControlCodec.decode(buffer, 0, payload.length, VENDORS);
        if (message instanceof MalformedMessage(var reason, int offset)) {
            require(offset >= 0 && offset <= payload.length, reason + " at " + offset);
            return;
        }
        int length = ControlCodec.encode(message, ENCODED, 0);
        ControlMessage again = ControlCodec.decode(ENCODED, 0, length, VENDORS);
        require(Packets.withoutOffsets(again).equals(Packets.withoutOffsets(message)), message + " became " + again);
        // Text and MACs cost ten times what decoding does: the last octet chooses one input in eight for them.
        if ((payload[payload.length - 1] & 7) == 0) {
            checkTextAndMac(message, buffer);
        }
    }

    private static void checkTextAndMac(ControlMessage message, UnsafeBuffer payload) {
        switch (message) {
            case MapRequest request -> {
                request.records().forEach(record -> readBack(record.eid()));
                request.itrRlocs().forEach(ControlDecoderFuzzTest::readBack);
            }
            case MapReply reply -> {
                reply.records().forEach(ControlDecoderFuzzTest::readBack);
                ReplyVerdict verdict = ReplyProtection.verify(payload, 0, payload.capacity(), ONE_TIME_KEY);
                require(verdict != ReplyVerdict.VALID, "forged: " + reply);
            }
            case AuthenticatedMessage authenticated -> {
                authenticated.records().forEach(ControlDecoderFuzzTest::readBack);
                boolean forged = AUTHENTICATION.verify(payload, 0, payload.capacity(), KEY);
                require(!forged, "forged: " + authenticated);
            }
            default -> {}
        }
    }

    private static void readBack(EidRecord record) {
        readBack(record.eid());
        record.locators().forEach(locator -> readBack(locator.locator()));
    }

    private static void readBack(LispAddress address) {
        LispAddress again = AddressText.parse(address.toString());
        require(again.equals(address), address + " became " + again);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
