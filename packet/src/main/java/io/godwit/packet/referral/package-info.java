/** Signatures of Map-Referrals and the keys they are made and verified with (RFC 8111 sections 6.4.1 and 10). */
@NullMarked
package io.godwit.packet.referral;

import org.jspecify.annotations.NullMarked;
