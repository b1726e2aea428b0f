package io.godwit.lab.demo;

import io.godwit.lab.LabException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The management API of one daemon. */
final class Management {
    private final Path socket;

    Management(Path socket) {
        this.socket = socket;
    }

    JsonNode get(String path) {
        return exchange("GET " + path, "");
    }

    JsonNode post(String path, Object body) {
        return exchange("POST " + path, JsonMapper.shared().writeValueAsString(body));
    }

    boolean answers() {
        try {
            get("/v1/status");
            return true;
        } catch (LabException e) {
            return false;
        }
    }

    private JsonNode exchange(String request, String body) {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        String head =
                request + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + octets.length + "\r\n\r\n";
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            channel.write(ByteBuffer.wrap(octets));
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            if (!answer.startsWith("HTTP/1.1 2") || end < 0) {
                throw new LabException(socket.getFileName() + ": " + request + ": " + answer);
            }
            return JsonMapper.shared().readTree(answer.substring(end + 4));
        } catch (IOException e) {
            throw new LabException(socket.getFileName() + " does not answer: " + e.getMessage(), e);
        }
    }
}
