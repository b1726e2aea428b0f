/** Network namespaces, links and processes in them, and their certain end. */
@NullMarked
package io.godwit.lab.net;

import org.jspecify.annotations.NullMarked;
