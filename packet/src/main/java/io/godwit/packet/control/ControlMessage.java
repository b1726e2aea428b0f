package io.godwit.packet.control;

/** A control message (RFC 9301 section 5), or what stood in its place: {@link MalformedMessage}. */
public sealed interface ControlMessage
        permits MapRequest,
                MapReply,
                AuthenticatedMessage,
                EncapsulatedControlMessage,
                OptionalMessage,
                MalformedMessage {}
