package io.godwit.packet.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class KeyedHashTest {
    @Property
    void shouldGiveTheMacsOfTheLibrary(
            @ForAll @Size(min = 1, max = 150) byte[] secret,
            @ForAll @Size(max = 300) byte[] message,
            @ForAll @IntRange(max = 300) int most,
            @ForAll boolean sha1)
            throws GeneralSecurityException {
        int length = Math.min(most, message.length);
        Mac mac = Mac.getInstance(sha1 ? "HmacSHA1" : "HmacSHA256");
        mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
        KeyedHash hash = new KeyedHash(sha1 ? "SHA-1" : "SHA-256", secret);
        byte[] expected = mac.doFinal(Arrays.copyOf(message, length));
        assertThat(hash.mac(message, length)).isEqualTo(expected);
        assertThat(hash.mac(message, length)).as("once more").isEqualTo(expected);
    }
}
