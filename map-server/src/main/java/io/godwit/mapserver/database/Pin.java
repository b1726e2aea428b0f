package io.godwit.mapserver.database;

/** What {@link MappingDatabase#pin} keeps for the many EID-prefixes that have it. */
public record Pin(int registrant, int binding, long lifetimeNanos) {}
