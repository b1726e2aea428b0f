package io.godwit.xtr.control;

import io.godwit.daemon.StartException;
import io.godwit.daemon.net.Timers;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.config.XtrId;
import io.godwit.xtr.control.etr.DrainedRlocs;
import io.godwit.xtr.control.etr.ReceivedNonces;
import io.godwit.xtr.control.etr.RegisterNonce;
import io.godwit.xtr.control.etr.SiteVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** What must survive a restart: who this xTR is, how far its nonces and versions have come, which RLOCs are drained. */
public final class StateDirectory {
    private final Path directory;

    /** Creates it if need be. Throws {@link StartException} with a sentence for the operator. */
    public StateDirectory(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StartException("cannot create the state directory " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The xTR-ID of earlier starts, or a new one. */
    public XtrId xtrId(RandomGenerator random) {
        Path file = directory.resolve("xtr-id");
        try {
            if (Files.exists(file)) {
                return XtrId.parse(Files.readString(file).strip());
            }
            XtrId fresh = new XtrId(random.nextLong(), random.nextLong());
            Files.writeString(file, fresh + "\n");
            return fresh;
        } catch (IOException e) {
            throw new StartException("cannot keep the xTR-ID in " + file + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new StartException(file + ": " + e.getMessage() + "; remove it to have a new one made", e);
        }
    }

    /** The RLOCs that the operator took out of use before. */
    public List<IpAddress> drainedRlocs() {
        try {
            return new DrainedRlocs(directory).all();
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** @param locators of this site's records */
    public SiteVersion siteVersion(List<RlocRecord> locators, RandomGenerator random) {
        try {
            return new SiteVersion(directory.resolve("map-version"), locators, random);
        } catch (UncheckedIOException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Of Map-Registers that come here. */
    public ReceivedNonces receivedNonces(Timers timers) {
        try {
            return new ReceivedNonces(directory.resolve("received-nonces"), timers);
        } catch (UncheckedIOException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    public RegisterNonce registerNonce(Timers timers) {
        try {
            return new RegisterNonce(directory.resolve("register-nonce"), timers);
        } catch (UncheckedIOException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }
}
