package io.godwit.packet.control;

/** A message that means something only to nodes with an optional feature: DDT, NAT traversal, an extension. Others ignore it. */
public sealed interface OptionalMessage extends ControlMessage
        permits MapReferral, InfoRequest, InfoReply, SharedExtension {}
