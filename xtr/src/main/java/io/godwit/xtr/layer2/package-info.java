/**
 * Layer-2 instances: Ethernet frames between sites, by MAC EIDs, in LISP-GPE (RFC 9305, next protocol Ethernet). Frames from the site have a
 * pipeline of their own; frames from the core share that of IP packets, which asks this package.
 */
@NullMarked
package io.godwit.xtr.layer2;

import org.jspecify.annotations.NullMarked;
