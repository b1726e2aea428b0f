@NullMarked
package io.godwit.linux.netlink;

import org.jspecify.annotations.NullMarked;
