package io.godwit.cli;

import io.godwit.cli.lig.LigClient;
import io.godwit.cli.lig.Question;
import io.godwit.cli.lig.Reply;
import io.godwit.cli.lig.ReplyText;
import io.godwit.cli.output.LocatorTable;
import io.godwit.cli.output.Style;
import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.ControlCodec;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "lig",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "ask the mapping system where an EID is (RFC 6835)",
        footer = {
            "  godwit lig 10.1.0.5 --to 192.0.2.53",
            "  godwit lig [7]2001:db8:1::5 --to 2001:db8::53 --timeout 500ms",
            "  godwit lig '\"a name\"' --to 192.0.2.53",
            "  godwit lig 10.1.0.0/24 -o json | jq -r '.records[].locators[].address'"
        })
final class LigCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "EID",
            description = "an address or prefix, [instance] before it: 10.1.0.5, [7]10.1.0.0/24")
    private String eid = "";

    @Option(
            names = "--to",
            paramLabel = "ADDRESS",
            description = "the map-resolver; without this, the one that an xTR on this machine uses")
    private @Nullable String resolver;

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            description = "the address of this machine that the answer goes to; without this, the one that the way to"
                    + " the map-resolver leaves from")
    private @Nullable String from;

    @Option(names = "--source", paramLabel = "EID", description = "the EID to ask for")
    private @Nullable String source;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "" + ControlCodec.PORT,
            description = "UDP port of the map-resolver; the default is ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "3",
            description = "ask at most N times; the default is ${DEFAULT-VALUE}")
    private int count;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = Output.DurationText.class,
            description = "wait so long for each answer; the default is ${DEFAULT-VALUE}")
    private Duration timeout = Duration.ZERO;

    @Mixin
    private Daemons daemons = new Daemons();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Question question = question();
            Optional<Reply> reply = new LigClient(question).ask(attempt -> announce(out, question, attempt));
            if (reply.isEmpty()) {
                throw new CommandFailure("no answer from " + question.resolver() + " port " + port + " to " + count
                        + " Map-Requests of " + timeout.toMillis() + " ms each: is that the map-resolver, and does it"
                        + " reach " + question.local() + "?");
            }
            JsonNode json = ReplyText.toJson(question, reply.get());
            out.print(output.isTable() ? text(json, output.style()) : output.json(json));
            out.flush();
            boolean negative = reply.get().message().records().stream()
                    .allMatch(record -> record.locators().isEmpty());
            return negative ? Main.NEGATIVE : 0;
        } catch (IOException e) {
            throw new CommandFailure("the Map-Request cannot be sent: " + e.getMessage(), e);
        }
    }

    private void announce(PrintWriter out, Question question, int attempt) {
        if (output.isTable()) {
            out.println("Map-Request" + (attempt == 1 ? "" : " " + attempt) + " to " + question.resolver() + " for "
                    + ReplyText.prefix(question.eid(), question.maskLength()) + " ...");
            out.flush();
        }
    }

    private Question question() throws IOException {
        int slash = eid.indexOf('/', eid.lastIndexOf('"') + 1);
        LispAddress address = address(slash < 0 ? eid : eid.substring(0, slash));
        int width = width(address);
        int length = slash < 0 ? width : number(eid.substring(slash + 1));
        if (length < 0 || length > width) {
            throw usage("'" + eid + "' has a prefix length that is not within 0.." + width);
        }
        IpAddress to = resolver == null ? discoveredResolver() : ip("--to", resolver);
        IpAddress local = from == null ? LigClient.localAddressTowards(to) : ip("--from", from);
        if (local.bits() != to.bits()) {
            throw usage("--from " + local + " and the map-resolver " + to + " are not of one address family");
        }
        LispAddress asker = source == null ? NoAddress.INSTANCE : address(source);
        return new Question(address, length, asker, local, to, port, count, timeout);
    }

    /** Of what may be asked for: IP and MAC addresses and names (RFC 9735 section 3), in an instance or not. */
    private int width(LispAddress address) {
        LispAddress inner = address instanceof InstanceIdAddress instance ? instance.address() : address;
        if (inner instanceof IpAddress ip) {
            return ip.bits();
        }
        if (inner instanceof MacAddress) {
            return 48;
        }
        if (inner instanceof DistinguishedName name) {
            return name.maskLength();
        }
        throw notAnEid(eid);
    }

    private int number(String digits) {
        return digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : -1;
    }

    private LispAddress address(String text) {
        try {
            return AddressText.parse(text);
        } catch (IllegalArgumentException e) {
            throw notAnEid(text);
        }
    }

    private IpAddress ip(String option, String text) {
        try {
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw usage(option + ": " + e.getMessage());
        }
    }

    private ParameterException notAnEid(String text) {
        return usage("'" + text + "' is not an EID such as 10.1.0.5, 2001:db8::5 or [7]10.1.0.0/24");
    }

    private ParameterException usage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    /** The first map-resolver in the configuration of a local xTR. */
    private IpAddress discoveredResolver() {
        for (Daemons.Answer answer : daemons.answers("/v1/status")) {
            for (JsonNode address : answer.node().path("mapResolvers")) {
                return ip("map-resolver of " + answer.daemon().name(), address.asString());
            }
        }
        throw new CommandFailure("no xTR on this machine knows a map-resolver: name one with --to");
    }

    private static String text(JsonNode reply, Style style) {
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "Map-Reply from %s after %.3f ms%n%n",
                reply.path("from").asString(),
                reply.path("rttMillis").asDouble()));
        for (JsonNode record : reply.path("records")) {
            out.append(style.bold(record.path("eid").asString()))
                    .append(", ttl: ")
                    .append(record.path("ttlMinutes").asLong())
                    .append(" min")
                    .append(record.path("authoritative").asBoolean() ? ", authoritative" : "")
                    .append('\n');
            LocatorTable.render(out, record, style);
        }
        return out.toString();
    }
}
