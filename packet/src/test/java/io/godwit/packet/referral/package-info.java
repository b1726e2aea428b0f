@NullMarked
package io.godwit.packet.referral;

import org.jspecify.annotations.NullMarked;
