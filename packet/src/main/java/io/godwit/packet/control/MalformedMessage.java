package io.godwit.packet.control;

/** What the decoder returns instead of a message: why it refused, and at which octet of the UDP payload. */
public record MalformedMessage(MalformedReason reason, int offset) implements ControlMessage {}
