package io.godwit.xtr.control.itr;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.control.EidRecord;
import java.util.Set;

/** Who wants what Map-Replies say. */
@FunctionalInterface
public interface MapReplies {
    /**
     * A record of a Map-Reply to a Map-Request of ours; it covers what was asked, or lies within a record that does.
     *
     * @param asked the EID-prefix that was asked for
     * @param eid of the record
     * @param listed the EID-prefixes of all records of the message
     */
    void onRecord(EidPrefix asked, EidPrefix eid, EidRecord eidRecord, Set<EidPrefix> listed);
}
