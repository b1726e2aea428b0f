package io.godwit.lab.traffic;

import io.godwit.lab.LabException;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.Pcaps;

/**
 * Stands in for the hypervisor beside the VM, and outlives the guest's pause: each line {@code announce} on standard input makes it send what
 * follows a migration, RARP first, then a gratuitous ARP and an unsolicited neighbour advertisement for each address.
 */
public final class Announcer {
    private static final int SNAP_LENGTH = 128;
    private static final int TIMEOUT_MILLIS = 10;

    private final PcapHandle handle;
    private final List<byte[]> frames;

    private Announcer(PcapHandle handle, List<byte[]> frames) {
        this.handle = handle;
        this.frames = frames;
    }

    /** The command line of the process. */
    public static List<String> command(String networkInterface, String mac, List<String> addresses) {
        List<String> command = new ArrayList<>(JavaCommand.of(Announcer.class));
        command.add(networkInterface);
        command.add(mac);
        command.addAll(addresses);
        return command;
    }

    /** Arguments: interface, MAC, addresses. */
    public static void main(String[] arguments) throws Exception {
        PcapNetworkInterface network = Pcaps.getDevByName(arguments[0]);
        if (network == null) {
            throw new LabException("no interface " + arguments[0]);
        }
        MacAddress mac = MacAddress.parse(arguments[1]);
        List<byte[]> frames = new ArrayList<>(List.of(Announcement.rarp(mac)));
        for (String text : List.of(arguments).subList(2, arguments.length)) {
            IpAddress address = IpAddress.parse(text);
            frames.add(
                    address.isIpv4()
                            ? Announcement.gratuitousArp(mac, address)
                            : Announcement.unsolicitedAdvertisement(mac, address));
        }
        PcapHandle handle =
                network.openLive(SNAP_LENGTH, PcapNetworkInterface.PromiscuousMode.NONPROMISCUOUS, TIMEOUT_MILLIS);
        handle.setFilter("less 1", BpfProgram.BpfCompileMode.OPTIMIZE);
        new Announcer(handle, frames).run();
    }

    private void run() throws IOException {
        System.out.println("ready");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                announce();
            }
        }
    }

    private void announce() {
        for (byte[] frame : frames) {
            try {
                handle.sendPacket(frame);
            } catch (PcapNativeException | NotOpenException e) {
                System.out.println("cannot send: " + e.getMessage());
            }
        }
    }
}
