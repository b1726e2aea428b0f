package io.godwit.packet.address;

/**
 * LCAF type 17, as VPP and OpenDaylight use it: a service function path. Text form: {@code nsh(PATH,INDEX)}.
 *
 * <pre>
 * |            Service Path Identifier            | Service Index |
 * </pre>
 *
 * @param pathId 24 bits
 * @param serviceIndex 8 bits
 */
public record ServicePath(int pathId, int serviceIndex) implements Lcaf {
    @Override
    public String toString() {
        return "nsh(" + pathId + "," + serviceIndex + ")";
    }
}
