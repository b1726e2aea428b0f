/** The management API from the client's side. */
@NullMarked
package io.godwit.cli.client;

import org.jspecify.annotations.NullMarked;
