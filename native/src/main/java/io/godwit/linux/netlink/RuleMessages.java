package io.godwit.linux.netlink;

import io.godwit.linux.Netlink;
import io.godwit.linux.Netlink.Rule;
import io.godwit.linux.ffi.Flags;
import java.util.Optional;

/**
 * Policy routing rules that name a table.
 *
 * <pre>
 *   struct fib_rule_hdr:  0 family   1 destination length   2 source length   3 TOS   4 table   7 action   8 flags (32)
 * </pre>
 */
final class RuleMessages {
    private static final int RTM_NEWRULE = 32;
    private static final int RTM_DELRULE = 33;
    private static final int RTM_GETRULE = 34;

    private static final int FIXED_LENGTH = 12;
    private static final int TABLE = 4;
    private static final int ACTION = 7;
    private static final int FR_ACT_TO_TBL = 1;
    private static final int FRA_IIFNAME = 3;
    private static final int FRA_PRIORITY = 6;
    private static final int FRA_TABLE = 15;
    private static final int FRA_PROTOCOL = 21;

    private RuleMessages() {}

    static NetlinkMessage list(boolean ipv6) {
        return NetlinkMessage.request(RTM_GETRULE, NetlinkMessage.NLM_F_DUMP, FIXED_LENGTH)
                .octet(0, family(ipv6));
    }

    static NetlinkMessage add(Rule rule) {
        int flags = NetlinkMessage.NLM_F_ACK | NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCLUSIVE;
        return message(RTM_NEWRULE, flags, rule).attribute(FRA_PROTOCOL, new byte[] {(byte) Netlink.PROTOCOL_GODWIT});
    }

    static NetlinkMessage remove(Rule rule) {
        return message(RTM_DELRULE, NetlinkMessage.NLM_F_ACK, rule);
    }

    private static NetlinkMessage message(int type, int flags, Rule rule) {
        NetlinkMessage message = NetlinkMessage.request(type, flags, FIXED_LENGTH)
                .octet(0, family(rule.ipv6()))
                .octet(TABLE, Math.min(rule.table(), 255))
                .octet(ACTION, FR_ACT_TO_TBL)
                .attribute(FRA_TABLE, rule.table())
                .attribute(FRA_PRIORITY, rule.priority());
        rule.incomingInterface().ifPresent(name -> message.attribute(FRA_IIFNAME, name));
        return message;
    }

    static Optional<Rule> decode(NetlinkMessage message, boolean ipv6) {
        if (message.type() != RTM_NEWRULE
                || !message.holds(FIXED_LENGTH)
                || message.octet(0) != family(ipv6)
                || message.octet(ACTION) != FR_ACT_TO_TBL) {
            return Optional.empty();
        }
        return Optional.of(new Rule(
                ipv6,
                message.textAttribute(FIXED_LENGTH, FRA_IIFNAME),
                message.numberAttribute(FIXED_LENGTH, FRA_TABLE, message.octet(TABLE)),
                message.numberAttribute(FIXED_LENGTH, FRA_PRIORITY, 0)));
    }

    private static int family(boolean ipv6) {
        return ipv6 ? Flags.AF_INET6 : Flags.AF_INET;
    }
}
