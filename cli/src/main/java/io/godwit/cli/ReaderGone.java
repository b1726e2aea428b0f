package io.godwit.cli;

import java.io.IOException;

/** Whoever read our output has enough: {@code | head}. */
final class ReaderGone extends IOException {
    private static final long serialVersionUID = 1;
}
