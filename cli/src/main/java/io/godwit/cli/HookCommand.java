package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.client.ManagementException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
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
    private static final String CONFIG = "/v1/config";

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
        Set<String> macs = macs();
        ManagementClient watching = agent.serving(CONFIG, "what guests it watches");
        JsonNode config = watching.get(CONFIG);
        List<String> eids = new ArrayList<>();
        for (JsonNode guest : config.path("guests")) {
            if (macs.contains(guest.path("mac").asString(""))) {
                guest.path("eids").forEach(eid -> eids.add(eid.asString("")));
            }
        }
        if (!eids.isEmpty()) {
            ManagementClient xtr =
                    new ManagementClient(Path.of(config.path("xtr").asString("")));
            prepare(xtr, eids, new HookOrigin(xtr, config.path("sites")).rlocs(domain, eids));
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

    private Set<String> macs() throws IOException {
        Set<String> macs = new HashSet<>();
        try (InputStream xml = file == null ? System.in : Files.newInputStream(file)) {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            NodeList all = builder.parse(xml).getElementsByTagName("mac");
            for (int i = 0; i < all.getLength(); i++) {
                if (all.item(i) instanceof Element mac) {
                    macs.add(mac.getAttribute("address").toLowerCase(Locale.ROOT));
                }
            }
        } catch (SAXException e) {
            throw new CommandFailure("the description of " + domain + " is no XML: " + e.getMessage());
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
        return macs;
    }
}
