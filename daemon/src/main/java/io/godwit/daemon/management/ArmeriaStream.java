package io.godwit.daemon.management;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.util.concurrent.CompletableFuture;

/** An {@link OctetStream} over Armeria's response writer. */
final class ArmeriaStream implements OctetStream {
    private final HttpResponseWriter response;
    private volatile CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);

    ArmeriaStream(HttpResponseWriter response) {
        this.response = response;
    }

    void start(String mediaType) {
        response.write(ResponseHeaders.of(
                HttpStatus.OK, "content-type", MediaType.parse(mediaType).toString()));
    }

    @Override
    public boolean isOpen() {
        return response.isOpen();
    }

    @Override
    public boolean isReady() {
        return taken.isDone();
    }

    @Override
    public void write(byte[] octets) {
        if (response.tryWrite(HttpData.wrap(octets))) {
            taken = response.whenConsumed();
        }
    }

    @Override
    public void close() {
        response.close();
    }
}
