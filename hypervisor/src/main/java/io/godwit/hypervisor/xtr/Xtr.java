package io.godwit.hypervisor.xtr;

import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/** The management API of an xTR. Answers come on the event loop. */
public interface Xtr {
    CompletableFuture<JsonNode> get(String target);

    /**
     * @param body becomes JSON
     * @return the answer; fails with an {@link XtrException} whose message is the xTR's own
     */
    CompletableFuture<JsonNode> post(String target, Object body);
}
