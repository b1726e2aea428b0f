package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Which site a guest comes from: libvirt does not say, the mapping system knows. */
final class HookOrigin {
    private static final int ATTEMPTS = 40;
    private static final int PAUSE_MILLIS = 50;

    private final ManagementClient xtr;
    private final JsonNode sites;

    /** @param sites as the agent's configuration has them, by {@code name} and {@code rlocs} */
    HookOrigin(ManagementClient xtr, JsonNode sites) {
        this.xtr = xtr;
        this.sites = sites;
    }

    /** RLOCs of the site. Throws {@link CommandFailure} when the EIDs are at none of the sites. */
    List<String> rlocs(String domain, List<String> eids) {
        if (sites.size() == 1) {
            return rlocs(sites.path(0));
        }
        var _ = xtr.post("/v1/map-cache", Map.of("eids", eids));
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            for (String where : List.of("/v1/database", "/v1/map-cache")) {
                for (JsonNode entry : xtr.get(where)) {
                    if (isOf(entry, eids)) {
                        for (JsonNode site : sites) {
                            if (has(site, entry)) {
                                return rlocs(site);
                            }
                        }
                    }
                }
            }
            pause();
        }
        throw new CommandFailure("where " + domain + " comes from is not known: " + eids
                + " is registered at none of the agent's sites");
    }

    private static boolean isOf(JsonNode entry, List<String> eids) {
        String text = entry.path("eid").asString("");
        return eids.stream().anyMatch(eid -> text.equals(eid) || text.equals(eid + "/32") || text.equals(eid + "/128"));
    }

    private static boolean has(JsonNode site, JsonNode entry) {
        List<String> rlocs = rlocs(site);
        for (JsonNode locator : entry.path("locators")) {
            if (rlocs.contains(locator.path("address").asString(""))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> rlocs(JsonNode site) {
        List<String> rlocs = new ArrayList<>();
        site.path("rlocs").forEach(rloc -> rlocs.add(rloc.asString("")));
        return rlocs;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
    }
}
