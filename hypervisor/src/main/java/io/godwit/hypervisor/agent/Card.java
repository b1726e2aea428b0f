package io.godwit.hypervisor.agent;

import io.godwit.packet.address.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network card of a guest.
 *
 * @param tap its interface at the host, or empty when QEMU was given it as a file descriptor and does not know its name
 * @param pid of QEMU, 0 if unknown
 */
record Card(MacAddress mac, String tap, int pid) {
    private static final Pattern MAC = Pattern.compile("macaddr=([0-9a-fA-F:]{17})");
    private static final Pattern TAP = Pattern.compile("type=tap,.*?ifname=([^,\\s]+)");

    /**
     * Of the monitor's {@code info network}, which lists each card and, indented below it, its other end.
     *
     * <pre>
     * virtio-net-pci.0: index=0,type=nic,model=virtio-net-pci,macaddr=02:00:00:00:01:0a
     *  \ n0: index=0,type=tap,ifname=vm0,script=no,downscript=no
     * </pre>
     */
    static List<Card> parse(String text, int pid) {
        List<Card> cards = new ArrayList<>();
        for (String line : text.split("\\r?\\n", -1)) {
            Matcher mac = MAC.matcher(line);
            Matcher tap = TAP.matcher(line);
            if (mac.find()) {
                cards.add(new Card(MacAddress.parse(mac.group(1)), "", pid));
            } else if (tap.find() && !cards.isEmpty()) {
                cards.add(new Card(cards.removeLast().mac(), tap.group(1), pid));
            }
        }
        return cards;
    }
}
