package io.godwit.packet.control;

import io.godwit.packet.auth.AuthenticationData;
import java.util.List;

/** A message that carries authentication data: sign and verify it with {@link io.godwit.packet.auth.MessageAuthentication}. */
public sealed interface AuthenticatedMessage extends ControlMessage permits MapRegister, MapNotify, MapNotifyAck {
    long nonce();

    AuthenticationData authentication();

    List<EidRecord> records();
}
