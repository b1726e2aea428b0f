package io.godwit.mapserver.database;

import io.godwit.packet.control.RlocRecord;
import java.util.List;

/** An xTR that lost an EID-prefix to another, and the locators under which it had it. */
public record Departure(Registrant registrant, List<RlocRecord> locators) {}
