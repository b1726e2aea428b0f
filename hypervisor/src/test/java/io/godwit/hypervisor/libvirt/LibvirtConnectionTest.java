package io.godwit.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.daemon.StartException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.event.DomainEvent;
import org.libvirt.event.DomainEventType;
import org.libvirt.event.ResumedDetail;
import org.libvirt.event.StartedDetail;
import org.libvirt.event.StoppedDetail;
import org.libvirt.event.SuspendedDetail;

/** With libvirt's own driver for tests, where libvirt0 is installed. */
@Timeout(120)
class LibvirtConnectionTest {
    private static final String DRIVER = "test:///default";

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Libvirt.Listener listener = new Libvirt.Listener() {
        @Override
        public void onEvent(String domain, Lifecycle event, long epochMicros) {
            events.add(domain + " " + event);
        }

        @Override
        public void onClosed(String reason) {
            events.add("closed");
        }
    };
    private @Nullable Libvirt connection;

    @BeforeEach
    void connect() {
        try {
            connection = LibvirtConnection.open(DRIVER, listener);
        } catch (StartException e) {
            assertThat(e).hasMessageContaining("apt install libvirt0");
            assumeTrue(false, "libvirt0 is not installed");
        }
    }

    @AfterEach
    void close() {
        if (connection != null) {
            connection.close();
        }
    }

    private Libvirt libvirt() {
        return Objects.requireNonNull(connection);
    }

    @Test
    void shouldListAndDescribeDomains() throws Exception {
        List<DomainInfo> domains = libvirt().domains().get();
        assertThat(domains).extracting(DomainInfo::name).containsExactly("test");
        assertThat(libvirt().describe("test").get().pid()).isZero();
        assertThatThrownBy(() -> libvirt().hasJob("test").get())
                .as("which this driver does not know")
                .hasCauseInstanceOf(LibvirtGone.class);
    }

    @Test
    void shouldHearWhatHappens() throws Exception {
        // The driver's domains are those of the process.
        Connect other = new Connect(DRIVER);
        Domain domain = other.domainLookupByName("test");
        domain.suspend();
        domain.resume();
        assertThat(events.poll(60, TimeUnit.SECONDS))
                .as("a pause says nothing of a move")
                .isEqualTo("test RESUMED");
        domain.destroy();
        assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("test ENDED");
        domain.create();
        assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("test STARTED");
        domain.free();
        other.close();
    }

    @Test
    void shouldRehearseWithADomainOfLibvirtsOwn() throws Exception {
        LibvirtRehearsal.run();
        assertThat(events.poll(60, TimeUnit.SECONDS))
                .as("which all connections to this driver share")
                .isEqualTo("test RESUMED");
    }

    @Test
    void shouldSayWhatIsWrongWithAConnection() {
        assertThatThrownBy(() -> LibvirtConnection.open("test:///no/such/file.xml", listener))
                .isInstanceOf(LibvirtGone.class)
                .hasMessageContaining("/no/such/file.xml");
        assertThatThrownBy(() -> libvirt().describe("nobody").get()).hasCauseInstanceOf(LibvirtGone.class);
    }

    @Test
    void shouldTellMigrationsFromOtherEvents() {
        assertThat(of(DomainEventType.STARTED, StartedDetail.MIGRATED)).contains(Lifecycle.INCOMING);
        assertThat(of(DomainEventType.STARTED, StartedDetail.BOOTED)).contains(Lifecycle.STARTED);
        assertThat(of(DomainEventType.SUSPENDED, SuspendedDetail.MIGRATED)).contains(Lifecycle.SUSPENDED_TO_LEAVE);
        assertThat(of(DomainEventType.SUSPENDED, SuspendedDetail.PAUSED)).isEmpty();
        assertThat(of(DomainEventType.RESUMED, ResumedDetail.MIGRATED)).contains(Lifecycle.RESUMED);
        assertThat(of(DomainEventType.STOPPED, StoppedDetail.MIGRATED)).contains(Lifecycle.LEFT);
        assertThat(of(DomainEventType.STOPPED, StoppedDetail.FAILED)).contains(Lifecycle.ENDED);
        assertThat(of(DomainEventType.DEFINED, null)).isEmpty();
    }

    @SuppressWarnings("EnumOrdinal") // libvirt's number
    private static Optional<Lifecycle> of(DomainEventType type, @Nullable Enum<?> detail) {
        return LibvirtConnection.lifecycle(new DomainEvent(type, detail == null ? 0 : detail.ordinal()));
    }
}
