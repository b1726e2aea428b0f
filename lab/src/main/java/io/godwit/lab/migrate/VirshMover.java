package io.godwit.lab.migrate;

import io.godwit.lab.LabException;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Node;
import io.godwit.lab.net.Shell;
import java.time.Duration;

/** By {@code virsh migrate}, which runs already. */
final class VirshMover implements Mover {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long MIB = 1 << 20;

    private final Libvirtd source;
    private final Node virsh;

    VirshMover(Libvirtd source, Node virsh) {
        this.source = source;
        this.virsh = virsh;
    }

    @Override
    public void start(long octetsPerSecond) {
        virsh("migrate-setspeed", Long.toString(Math.max(1, octetsPerSecond / MIB)));
    }

    @Override
    public void cancel() {
        virsh("domjobabort");
        Waiting.until(PATIENCE, () -> !virsh.alive(), () -> {
            throw new LabException("virsh does not end, though its job was aborted");
        });
    }

    private void virsh(String command, String... arguments) {
        String[] words = new String[arguments.length + 2];
        words[0] = command;
        words[1] = DomainDescription.NAME;
        System.arraycopy(arguments, 0, words, 2, arguments.length);
        Shell.Outcome outcome = source.virsh(words);
        if (outcome.exit() != 0) {
            throw new LabException("virsh " + command + ": " + outcome.output().strip());
        }
    }

    @Override
    public boolean failed() {
        return !virsh.alive() && virsh.exitCode() != 0;
    }

    @Override
    public String diagnosis() {
        return virsh.lastLines();
    }
}
