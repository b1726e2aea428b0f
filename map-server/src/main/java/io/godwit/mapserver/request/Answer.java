package io.godwit.mapserver.request;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.EidRecord;
import java.util.List;

/** What becomes of a requested EID. */
sealed interface Answer {
    /** Records of a Map-Reply, the best match first. */
    record Records(List<EidRecord> records) implements Answer {}

    /** No mapping: one record without locators. */
    record Negative(EidRecord record) implements Answer {}

    /** The request goes on to this ETR. */
    record Forward(IpAddress etr) implements Answer {}

    /** Registered, but by nobody who could be asked. */
    record NoEtr() implements Answer {}
}
