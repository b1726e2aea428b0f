package io.godwit.packet.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.MalformedMessage;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class VectorsTest {
    @Test
    void shouldDecodeWhatItEncodedFromADecodedMessage() {
        UnsafeBuffer out = new UnsafeBuffer(new byte[4096]);
        for (Vector vector : Vector.all()) {
            ControlMessage message = ControlCodec.decode(vector.buffer(), 0, vector.payload().length);
            String same = "";
            if (!(message instanceof MalformedMessage)) {
                int length = ControlCodec.encode(message, out, 0);
                assertThat(ControlCodec.decode(out, 0, length)).as(vector.id()).isEqualTo(message);
                byte[] b = new byte[length];
                out.getBytes(0, b);
                same = Arrays.equals(b, vector.payload()) ? "SAME" : "DIFF";
            }
            System.out.println(vector + " " + same + " " + message);
        }
    }
}
