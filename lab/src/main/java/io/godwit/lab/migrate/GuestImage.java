package io.godwit.lab.migrate;

import io.godwit.bench.report.Checkout;
import io.godwit.lab.LabException;
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
}
