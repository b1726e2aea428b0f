package io.godwit.mapresolver.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DnsServiceLookupTest {
    private static final String SERVICE = "_lisp-ms._udp.example.org.";

    private final Zone zone = new Zone();
    private final DnsServiceLookup lookup = new DnsServiceLookup(zone, new Random(1));

    @Test
    void shouldGiveAddressesByPriorityWithTheShortestTtl() throws Exception {
        zone.service(300, 20, 0, 4342, "backup.example.org.");
        zone.service(300, 10, 0, 4343, "main.example.org.");
        zone.host(120, "main.example.org.", "192.0.2.1");
        zone.host(300, "main.example.org.", "2001:db8::1");
        zone.host(300, "backup.example.org.", "192.0.2.2");
        ServiceLookup.Found found = found();
        assertThat(found.servers())
                .extracting(Object::toString)
                .containsExactly("192.0.2.1:4343", "[2001:db8::1]:4343", "192.0.2.2:4342");
        assertThat(found.ttl()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void shouldDrawAmongEqualPrioritiesByWeight() throws Exception {
        zone.service(300, 10, 90, 4342, "heavy.example.org.");
        zone.service(300, 10, 10, 4342, "light.example.org.");
        zone.host(300, "heavy.example.org.", "192.0.2.1");
        zone.host(300, "light.example.org.", "192.0.2.2");
        int heavyFirst = 0;
        for (int i = 0; i < 400; i++) {
            heavyFirst += found().servers().getFirst().toString().equals("192.0.2.1:4342") ? 1 : 0;
        }
        assertThat(heavyFirst).isBetween(320, 390);
    }

    @Test
    void shouldTakeOnlyValidatedAnswersWhereDnssecIsWanted() throws Exception {
        zone.service(300, 10, 0, 4342, "main.example.org.");
        zone.host(300, "main.example.org.", "192.0.2.1");
        DnsServiceLookup authentic = new DnsServiceLookup(new AuthenticResolver(zone), new Random(1));
        assertThatThrownBy(() -> authentic.lookup(SERVICE).toCompletableFuture().get())
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(IOException.class)
                .rootCause()
                .hasMessageContaining("validated");
        zone.validates = true;
        assertThat(authentic.lookup(SERVICE).toCompletableFuture().get().servers())
                .hasSize(1);
        assertThat(zone.ednsFlags & ExtendedFlags.DO).isEqualTo(ExtendedFlags.DO);
    }

    @Test
    void shouldDoWithoutATargetThatHasNoAddress() throws Exception {
        zone.service(300, 10, 0, 4342, "gone.example.org.");
        zone.service(300, 20, 0, 4342, "main.example.org.");
        zone.host(300, "main.example.org.", "192.0.2.1");
        assertThat(found().servers()).extracting(Object::toString).containsExactly("192.0.2.1:4342");
    }

    @Test
    void shouldFailWhenThereIsNoSuchService() {
        assertThatThrownBy(this::found).isInstanceOf(ExecutionException.class);
    }

    private ServiceLookup.Found found() throws Exception {
        return lookup.lookup(SERVICE).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** Answers from a list of records. */
    private static final class Zone implements Resolver {
        private final List<Record> records = new ArrayList<>();
        boolean validates;
        int ednsFlags;

        void service(long ttl, int priority, int weight, int port, String target) throws IOException {
            records.add(new SRVRecord(
                    Name.fromString(SERVICE), DClass.IN, ttl, priority, weight, port, Name.fromString(target)));
        }

        void host(long ttl, String name, String address) throws IOException {
            InetAddress ip = InetAddress.ofLiteral(address);
            Name host = Name.fromString(name);
            records.add(
                    ip.getAddress().length == 4
                            ? new ARecord(host, DClass.IN, ttl, ip)
                            : new AAAARecord(host, DClass.IN, ttl, ip));
        }

        @Override
        public CompletionStage<Message> sendAsync(Message query) {
            Message answer = new Message(query.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            if (validates) {
                answer.getHeader().setFlag(Flags.AD);
            }
            answer.addRecord(query.getQuestion(), Section.QUESTION);
            boolean known = false;
            for (Record record : records) {
                if (record.getName().equals(query.getQuestion().getName())) {
                    known = true;
                    if (record.getType() == query.getQuestion().getType()) {
                        answer.addRecord(record, Section.ANSWER);
                    }
                }
            }
            answer.getHeader().setRcode(known ? Rcode.NOERROR : Rcode.NXDOMAIN);
            return CompletableFuture.completedFuture(answer);
        }

        @Override
        public void setPort(int port) {}

        @Override
        public void setTCP(boolean flag) {}

        @Override
        public void setIgnoreTruncation(boolean flag) {}

        @Override
        public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {
            ednsFlags = flags;
        }

        @Override
        public void setTSIGKey(TSIG key) {}

        @Override
        public void setTimeout(Duration timeout) {}
    }
}
