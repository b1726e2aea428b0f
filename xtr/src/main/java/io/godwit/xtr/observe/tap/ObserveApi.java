package io.godwit.xtr.observe.tap;

import io.godwit.daemon.management.OctetStream;
import io.godwit.daemon.management.Routes;
import io.godwit.linux.LinuxException;
import io.godwit.xtr.observe.tap.PacketTracer.TraceView;
import io.godwit.xtr.ring.Taps;
import java.util.Map;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/** The part of the management API that looks at packets: {@code /v1/trace} and {@code /v1/capture}. */
public final class ObserveApi {
    /** Wireshark's name for the format. */
    private static final String PCAPNG = "application/x-pcapng";

    private final Taps taps;
    private final TapNames names;
    private final EpochNanoClock epoch;
    private final NanoClock clock;
    private final PacketTracer tracer;

    public ObserveApi(Taps taps, TapNames names, EpochNanoClock epoch, NanoClock clock) {
        this.taps = taps;
        this.names = names;
        this.epoch = epoch;
        this.clock = clock;
        tracer = new PacketTracer(taps, names, epoch, clock);
    }

    /** @param count packets to trace; 0 ends tracing and forgets what was traced */
    public record TraceRequest(int count, @Nullable String filter) {}

    public void serve(Routes routes) {
        routes.get("/v1/trace", query -> tracer.view());
        routes.post("/v1/trace", TraceRequest.class, this::trace);
        routes.stream("/v1/capture", PCAPNG, this::capture);
    }

    private TraceView trace(TraceRequest request) {
        if (request.count() < 0 || request.count() > PacketTracer.MAX_PACKETS) {
            throw new Routes.Refusal(
                    400, "count must be within 0.." + PacketTracer.MAX_PACKETS + ", not " + request.count());
        }
        if (request.count() == 0) {
            tracer.clear();
        } else {
            attempt(() -> tracer.start(request.count(), request.filter() == null ? "" : request.filter()));
        }
        return tracer.view();
    }

    private void capture(Map<String, String> query, OctetStream stream) {
        attempt(() -> Capture.start(taps, names, CaptureRequest.of(query), stream, epoch, clock));
    }

    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (LinuxException | IllegalArgumentException e) {
            throw refusal(400, e);
        } catch (IllegalStateException e) {
            throw refusal(409, e);
        }
    }

    private static Routes.Refusal refusal(int status, RuntimeException cause) {
        Routes.Refusal refusal = new Routes.Refusal(status, String.valueOf(cause.getMessage()));
        refusal.initCause(cause);
        return refusal;
    }
}
