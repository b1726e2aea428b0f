package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.client.ManagementException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "hook",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "may this guest come to this host? For libvirt's hook (/etc/libvirt/hooks/qemu)",
            "",
            "Reads the domain's XML from standard input. When a migration comes in, the xTR of this host is asked to"
                + " prepare for the guest's addresses; when it refuses, one sentence on stderr says why, and the exit"
                + " code 1 has libvirt refuse the migration. Nothing else is ever refused, and nothing is printed on"
                + " stdout."
        },
        footer = "  godwit hypervisor hook web-1 migrate begin - < web-1.xml")
final class HookCommand implements Callable<Integer> {
    @Mixin
    private Target agent = new Target();

    @Option(names = "--xml", paramLabel = "FILE", description = "read the domain's XML from here")
    private @Nullable Path file;

    @Parameters(index = "0", paramLabel = "DOMAIN", description = "its name")
    private String domain = "";

    @Parameters(index = "1", paramLabel = "OPERATION", description = "only migrate is looked at")
    private String operation = "";

    @Parameters(index = "2..*", arity = "0..*", hidden = true)
    void more(List<String> ignored) {}

    @Override
    public Integer call() throws IOException {
        if (!operation.equals("migrate")) {
            return 0;
        }
        ManagementClient watching = agent.serving("/v1/config", "what guests it watches");
        JsonNode guest = described(watching, xml());
        List<String> eids = new ArrayList<>();
        guest.path("eids").forEach(eid -> eids.add(eid.asString("")));
        if (!eids.isEmpty()) {
            ManagementClient xtr =
                    new ManagementClient(Path.of(guest.path("xtr").asString("")));
            prepare(xtr, eids, new HookOrigin(xtr, guest.path("sites")).rlocs(domain, eids));
        }
        return 0;
    }

    private void prepare(ManagementClient xtr, List<String> eids, List<String> from) {
        try {
            JsonNode answer = xtr.post("/v1/moves", Map.of("eids", eids, "phase", "prepare", "from", from));
            if (answer.path("refused").asInt(0) > 0) {
                throw refused(answer.path("error").asString(""));
            }
        } catch (ManagementException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private CommandFailure refused(String why) {
        return new CommandFailure(domain + " may not come to this host: " + why);
    }

    /** What the agent makes of it. */
    private JsonNode described(ManagementClient watching, String xml) {
        try {
            return watching.post("/v1/domains", Map.of("xml", xml));
        } catch (ManagementException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private String xml() throws IOException {
        try (InputStream in = file == null ? System.in : Files.newInputStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
