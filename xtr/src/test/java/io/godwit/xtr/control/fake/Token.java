package io.godwit.xtr.control.fake;

/** A numbered packet to the guest. */
public record Token(int number) {}
