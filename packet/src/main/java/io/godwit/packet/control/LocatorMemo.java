package io.godwit.packet.control;

import io.godwit.packet.address.IpAddress;
import java.util.List;

/** The records of one message name the same locators again and again: those read last are not read once more. */
final class LocatorMemo {
    private List<RlocRecord> last = List.of();
    /** Of the octets that {@link #last} was read from. */
    private int start;

    private int end;

    List<RlocRecord> read(Input in, int count) {
        if (count > 0 && count == last.size() && in.repeats(start, end)) {
            in.skip(end - start);
            return last;
        }
        int from = in.position();
        List<RlocRecord> read = RecordCodec.readLocators(in, count);
        if (read.size() == count && !in.failed() && arePlain(read)) {
            last = read;
            start = from;
            end = in.position();
        }
        return read;
    }

    /** What an LCAF means may depend on what follows it. */
    private static boolean arePlain(List<RlocRecord> locators) {
        for (int i = 0; i < locators.size(); i++) {
            if (!(locators.get(i).locator() instanceof IpAddress)) {
                return false;
            }
        }
        return true;
    }
}
