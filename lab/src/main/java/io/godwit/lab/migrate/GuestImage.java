package io.godwit.lab.migrate;

import io.godwit.bench.report.Checkout;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Subnet;
import java.io.IOException;
import java.nio.file.Path;

/** Kernel and initial RAM disk of the guest, made of Debian packages by {@code lab/guest/build} and kept outside git. */
record GuestImage(Path kernel, Path initrd) {

    /** Made now if they are not there. */
    static GuestImage make() {
        Path folder = Checkout.root().resolve("lab/.cache/guest");
        Path script = Checkout.root().resolve("lab/guest/build");
        try {
            int exit = new ProcessBuilder(script.toString(), folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new LabException("the guest could not be made: " + script + " says why");
            }
        } catch (IOException e) {
            throw new LabException("cannot run " + script + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while the guest was made", e);
        }
        return new GuestImage(folder.resolve("vmlinux"), folder.resolve("initrd"));
    }

    /** What the guest is to do; its {@code init} reads it. */
    static String commandLine(int packetsPerSecond) {
        return "console=ttyS0 quiet panic=-1 own4=%s/24 gateway4=%s own6=%s/64 gateway6=%s peer4=%s pps=%d"
                .formatted(
                        Subnet.VMS.host4(),
                        Subnet.VMS.gateway4(),
                        Subnet.VMS.host6(),
                        Subnet.VMS.gateway6(),
                        Subnet.CLIENTS.host4(),
                        packetsPerSecond);
    }
}
