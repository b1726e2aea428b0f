package io.godwit.packet.control;

import io.godwit.packet.Packets;
import java.util.HexFormat;

/** Prints golden.txt anew, for a message added to {@link Golden}. Look at the difference, and let tshark judge it, before keeping it. */
final class GoldenWriter {
    private GoldenWriter() {}

    public static void main(String[] arguments) {
        System.out.println(
                "# Our own golden packets: name, UDP payload in hexadecimal. Golden.java says what each means.");
        Golden.messages()
                .forEach((name, message) ->
                        System.out.println(name + " " + HexFormat.of().formatHex(Packets.encode(message))));
    }
}
