package io.godwit.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyConfigTest {
    @TempDir
    Path folder;

    private KeyConfig key(String content) throws IOException {
        return new KeyConfig(7, "hmac-sha-1-96", Files.writeString(folder.resolve("site.key"), content));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pass word", "pass word\n", "pass word\r\n"})
    void shouldDropOneTrailingNewline(String content) throws IOException {
        AuthenticationKey key = key(content).read();
        assertThat(key.secret()).isEqualTo("pass word".getBytes(StandardCharsets.US_ASCII));
        assertThat(key.keyId()).isEqualTo(7);
        assertThat(key.algorithm()).isEqualTo(AuthenticationAlgorithm.HMAC_SHA_1_96);
    }

    @Test
    void shouldKeepEveryNewlineButTheLast() throws IOException {
        assertThat(key("a\n\n").read().secret()).isEqualTo("a\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldRefuseAnEmptyOrAbsentFileByName() throws IOException {
        KeyConfig empty = key("\n");
        assertThatThrownBy(empty::read)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key file " + empty.file() + " is empty: it must hold the secret");
        KeyConfig absent = new KeyConfig(1, null, folder.resolve("absent"));
        assertThatThrownBy(absent::read)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key file " + absent.file() + ": there is no such file");
    }
}
