package io.godwit.xtr.control.core;

import io.godwit.mapping.EidPrefix;

/** What the mapping system says is no EID-prefix (action Natively-Forward, RFC 9301 section 5.4): the kernel routes it past the tunnel. */
public interface NativeForwarding {
    /** From now on; again has no effect but that the kernel's way is looked up anew. */
    void begin(EidPrefix hole);

    /** No longer; has no effect when it has not begun. */
    void end(EidPrefix hole);
}
