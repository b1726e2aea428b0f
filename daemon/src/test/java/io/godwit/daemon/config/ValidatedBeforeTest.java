package io.godwit.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start does not validate again what is known to be valid. */
class ValidatedBeforeTest {
    record Config(String name, int port, Path stateDirectory) {}

    private static final String YAML = "name: a\nstate-directory: state\n";

    @TempDir
    Path folder;

    private ConfigResult<Config> load(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("test.yaml"), yaml);
        return ConfigLoader.loadAgain(file, "/schema/remembered.json", Config.class);
    }

    private Path kept() {
        return folder.resolve("state").resolve("configuration-validated");
    }

    private ConfigResult<Config> valid(int port) {
        return new ConfigResult.Valid<>(new Config("a", port, folder.resolve("state")));
    }

    @Test
    void shouldLoadTheSameASecondTime() throws IOException {
        assertThat(load(YAML)).isEqualTo(valid(4342));
        assertThat(load(YAML)).isEqualTo(valid(4342));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept())))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldNotAskTheSchemaASecondTime() throws IOException {
        load(YAML);
        Files.writeString(kept(), Files.readString(kept()).replace("\"port\":4342", "\"port\":4343"));
        assertThat(load(YAML)).isEqualTo(valid(4343));
    }

    @Test
    void shouldValidateAFileThatWasChanged() throws IOException {
        load(YAML);
        assertThat(load(YAML + "port: 17\n")).isEqualTo(valid(17));
        assertThat(load(YAML + "prot: 17\n")).isInstanceOf(ConfigResult.Invalid.class);
        assertThat(load(YAML + "prot: 17\n")).isInstanceOf(ConfigResult.Invalid.class);
    }

    @Test
    void shouldRememberNothingOfAFileThatIsWrong() throws IOException {
        assertThat(load("name: ''\nstate-directory: state\n")).isInstanceOf(ConfigResult.Invalid.class);
        assertThat(kept()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"text\": 1}"})
    void shouldDoWithoutWhatItCannotRead(String rubbish) throws IOException {
        load(YAML);
        Files.writeString(kept(), rubbish);
        assertThat(load(YAML)).isEqualTo(valid(4342));
    }

    /** Of another build: its schema may have other defaults. */
    @Test
    void shouldValidateAgainForAnotherSchema() throws IOException {
        load(YAML);
        String other =
                Files.readString(kept()).replace("minLength", "maxLength").replace("4342", "4343");
        Files.writeString(kept(), other);
        assertThat(load(YAML)).isEqualTo(valid(4342));
    }
}
