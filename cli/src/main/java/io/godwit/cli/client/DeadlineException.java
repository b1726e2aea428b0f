package io.godwit.cli.client;

import java.io.IOException;

/** No answer in time. */
final class DeadlineException extends IOException {
    private static final long serialVersionUID = 1;
}
