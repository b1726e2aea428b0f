package io.godwit.mapping;

import java.util.function.IntPredicate;

/**
 * A path-compressed binary trie over the prefixes of one family: what lies within, above or beside a prefix, in steps that depend on the
 * depth and never on how many prefixes there are. Exact and longest matches go through {@link PrefixIndex} instead, which touches
 * fewer cache lines.
 */
final class PrefixTrie {
    private static final int NONE = PrefixNodes.NONE;

    private final PrefixNodes nodes;
    private int root = NONE;

    PrefixTrie(PrefixNodes nodes) {
        this.nodes = nodes;
    }

    /** Adds a prefix, unless it has a value already; the key's host bits are clear. Returns its node. */
    int insert(long high, long low, int length, int value) {
        int parent = NONE;
        boolean toRight = false;
        int node = root;
        while (node != NONE) {
            int common = nodes.common(node, high, low, length);
            if (common < nodes.length(node)) {
                return split(parent, toRight, node, common, nodes.allocate(high, low, length, value));
            }
            if (common == length) {
                if (nodes.value(node) == NONE) {
                    nodes.value(node, value);
                }
                return node;
            }
            parent = node;
            toRight = KeyBits.bit(high, low, common);
            node = nodes.child(node, toRight);
        }
        int fresh = nodes.allocate(high, low, length, value);
        link(parent, toRight, fresh);
        return fresh;
    }

    /** The node of exactly this prefix, if it has a value; else {@link PrefixNodes#NONE}. */
    int find(long high, long low, int length) {
        int node = root;
        while (node != NONE && nodes.length(node) < length) {
            if (nodes.common(node, high, low, length) < nodes.length(node)) {
                return NONE;
            }
            node = nodes.child(node, KeyBits.bit(high, low, nodes.length(node)));
        }
        return node != NONE && nodes.value(node) != NONE && nodes.is(node, high, low, length) ? node : NONE;
    }

    /** Puts {@code fresh} above {@code node}, or beside it below a new joint, where they differ at bit {@code common}. */
    private int split(int parent, boolean toRight, int node, int common, int fresh) {
        int top = fresh;
        if (common < nodes.length(fresh)) {
            top = nodes.allocate(nodes.high(fresh), nodes.low(fresh), common, NONE);
            nodes.child(top, KeyBits.bit(nodes.high(fresh), nodes.low(fresh), common), fresh);
        }
        nodes.child(top, KeyBits.bit(nodes.high(node), nodes.low(node), common), node);
        link(parent, toRight, top);
        return fresh;
    }

    private void link(int parent, boolean toRight, int node) {
        if (parent == NONE) {
            root = node;
        } else {
            nodes.child(parent, toRight, node);
        }
    }

    /** Removes a prefix that is present. */
    void remove(long high, long low, int length) {
        int grandparent = NONE;
        boolean parentRight = false;
        int parent = NONE;
        boolean toRight = false;
        int node = root;
        while (nodes.length(node) < length) {
            grandparent = parent;
            parentRight = toRight;
            parent = node;
            toRight = KeyBits.bit(high, low, nodes.length(node));
            node = nodes.child(node, toRight);
        }
        nodes.value(node, NONE);
        int left = nodes.child(node, false);
        int right = nodes.child(node, true);
        if (left != NONE && right != NONE) {
            return;
        }
        int only = left != NONE ? left : right;
        link(parent, toRight, only);
        nodes.release(node);
        if (only == NONE && parent != NONE && nodes.value(parent) == NONE) {
            link(grandparent, parentRight, nodes.child(parent, !toRight));
            nodes.release(parent);
        }
    }

    /** Every node with a value strictly within the prefix, while {@code visitor} says true. */
    void forEachWithin(long high, long low, int length, IntPredicate visitor) {
        int node = root;
        while (node != NONE) {
            int common = nodes.common(node, high, low, length);
            if (common == length) {
                if (nodes.length(node) > length) {
                    walk(node, visitor);
                } else if (walk(nodes.child(node, false), visitor)) {
                    walk(nodes.child(node, true), visitor);
                }
                return;
            }
            node = common < nodes.length(node) ? NONE : nodes.child(node, KeyBits.bit(high, low, common));
        }
    }

    void forEach(IntPredicate visitor) {
        walk(root, visitor);
    }

    /** Recursion is at most as deep as an address is wide. */
    private boolean walk(int node, IntPredicate visitor) {
        return node == NONE
                || ((nodes.value(node) == NONE || visitor.test(node))
                        && walk(nodes.child(node, false), visitor)
                        && walk(nodes.child(node, true), visitor));
    }

    /**
     * Length of the least-specific prefix, at least {@code within} long, that covers the key and overlaps no prefix longer than
     * {@code within}; -1 when such a one covers the key or lies within it. -1 for {@code within} looks at all.
     */
    int holeLength(long high, long low, int length, int within) {
        int node = root;
        int depth = Math.max(within, 0);
        while (node != NONE) {
            int common = nodes.common(node, high, low, length);
            boolean counts = nodes.length(node) > within;
            if (counts && (common == length || (common == nodes.length(node) && nodes.value(node) != NONE))) {
                return -1;
            }
            if (common == length) {
                boolean leaf = nodes.child(node, false) == NONE && nodes.child(node, true) == NONE;
                return leaf ? depth : -1;
            }
            boolean apart = common < nodes.length(node);
            boolean right = KeyBits.bit(high, low, common);
            // A node that is passed without having anything beside the key's way (the cover itself, say) narrows
            // nothing.
            if (apart || nodes.child(node, !right) != NONE) {
                depth = Math.max(depth, common + 1);
            }
            node = apart ? NONE : nodes.child(node, right);
        }
        return depth;
    }
}
