package io.godwit.daemon.management;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As little HTTP as a test of the server needs. */
public final class UnixHttp {
    /** Status code and body. */
    public record Reply(int status, String body) {}

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

    private UnixHttp() {}

    public static Reply get(Path socket, String target) throws IOException {
        return send(socket, "GET " + target, "");
    }

    public static Reply post(Path socket, String target, String body) throws IOException {
        return send(socket, "POST " + target, body);
    }

    static Reply send(Path socket, String methodAndTarget, String body) throws IOException {
        String request = methodAndTarget + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            InputStream reply = Channels.newInputStream(channel);
            String head = head(reply);
            Matcher length = LENGTH.matcher(head);
            byte[] content = length.find() ? reply.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
            return new Reply(Integer.parseInt(head.split(" ")[1]), new String(content, StandardCharsets.UTF_8));
        }
    }

    private static String head(InputStream reply) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = reply.read();
            if (octet < 0) {
                throw new EOFException("after: " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }
}
