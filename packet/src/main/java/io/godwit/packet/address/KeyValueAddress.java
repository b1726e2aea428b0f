package io.godwit.packet.address;

/**
 * LCAF type 15 (RFC 8060 section 5.5): an address that is looked up by another. Text form: {@code kv(key,value)}.
 *
 * <pre>
 * |              AFI = x          |       Address as Key ...      |
 * |              AFI = y          |       Address as Value ...    |
 * </pre>
 */
public record KeyValueAddress(LispAddress key, LispAddress value) implements Lcaf {
    @Override
    public String toString() {
        return "kv(" + key + "," + value + ")";
    }
}
