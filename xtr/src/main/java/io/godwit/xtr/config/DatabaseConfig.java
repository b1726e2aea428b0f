package io.godwit.xtr.config;

import io.godwit.mapping.EidPrefix;

/** An EID-prefix that is always at this site: {@code 10.3.0.0/24}, or {@code [7]10.3.0.0/24} in instance 7. */
public record DatabaseConfig(EidPrefix eid) {}
