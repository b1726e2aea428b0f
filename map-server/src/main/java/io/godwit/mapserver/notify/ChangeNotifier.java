package io.godwit.mapserver.notify;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Contribution;
import io.godwit.mapserver.database.Departure;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingChange;
import io.godwit.mapserver.database.Registrant;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.List;

/** Who has to hear of a change: xTRs that lost the EID-prefix, and those that merge into it. */
public final class ChangeNotifier {
    private final MapNotifier notifier;

    public ChangeNotifier(MapNotifier notifier) {
        this.notifier = notifier;
    }

    /** What follows, until {@link #release}, is of one message: xTRs are told of it together. */
    public void hold() {
        notifier.hold();
    }

    public void release() {
        notifier.release();
    }

    public void onChange(MappingChange change) {
        Mapping mapping = change.mapping();
        if (mapping.contributions().isEmpty()) {
            notifier.cancel(mapping.prefix());
            return;
        }
        notifier.cancel(mapping.prefix(), change.by().xtr());
        retell(mapping);
        for (Contribution other : mapping.contributions()) {
            Registrant registrant = other.registrant();
            if (registrant.wantNotify() && !registrant.xtr().equals(change.by().xtr())) {
                notifier.notify(mapping.prefix(), registrant, MapNotifier.addresses(other.record()), mapping.view());
            }
        }
    }

    /** Tells all who lost it. */
    public void retell(Mapping mapping) {
        for (Departure departure : mapping.departures()) {
            tell(mapping, departure);
        }
    }

    /** The xTR registered what it has lost: repeats the Map-Notify that tells it so. */
    public void onStale(Mapping mapping, Departure departure) {
        EidPrefix prefix = mapping.prefix();
        if (!notifier.remind(prefix, departure.registrant().xtr())) {
            tell(mapping, departure);
        }
    }

    private void tell(Mapping mapping, Departure departure) {
        List<IpAddress> previous = new ArrayList<>(departure.locators().size());
        for (RlocRecord locator : departure.locators()) {
            if (locator.locator() instanceof IpAddress address && !isCurrent(mapping, address)) {
                previous.add(address);
            }
        }
        notifier.notify(mapping.prefix(), departure.registrant(), previous, mapping.view());
    }

    private static boolean isCurrent(Mapping mapping, IpAddress address) {
        for (RlocRecord locator : mapping.view().locators()) {
            if (locator.locator().equals(address)) {
                return true;
            }
        }
        return false;
    }

    /** The xTR took the EID-prefix back itself. */
    public void onWithdrawn(EidPrefix prefix, Registrant by) {
        notifier.cancel(prefix, by.xtr());
    }
}
