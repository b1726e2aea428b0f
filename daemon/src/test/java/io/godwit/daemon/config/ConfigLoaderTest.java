package io.godwit.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    enum Mode {
        PROXY_REPLY,
        FORWARD
    }

    record Site(
            String name,
            List<IpAddress> prefixes,
            List<KeyConfig> keys,
            int priority,
            Duration refresh,
            @Nullable Mode mode) {}

    record Config(
            String name, List<IpAddress> listen, int port, Optional<ManagementConfig> management, List<Site> sites)
            implements Checked {
        @Override
        public void check(Problems problems) {
            Set<String> names = new HashSet<>();
            for (int i = 0; i < sites.size(); i++) {
                if (!names.add(sites.get(i).name())) {
                    problems.at("/sites/" + i).add("/name", "is the name of another site too");
                }
            }
        }
    }

    @TempDir
    Path folder;

    private ConfigResult<Config> load(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("test.yaml"), yaml);
        return ConfigLoader.load(file, "/schema/test.json", Config.class);
    }

    private Config valid(String yaml) throws IOException {
        return switch (load(yaml)) {
            case ConfigResult.Valid<Config>(Config config) -> config;
            case ConfigResult.Invalid<Config>(List<ConfigError> errors) -> throw new AssertionError(errors);
        };
    }

    private List<String> errors(String yaml) throws IOException {
        return switch (load(yaml)) {
            case ConfigResult.Valid<Config>(Config config) -> throw new AssertionError(config);
            case ConfigResult.Invalid<Config>(List<ConfigError> errors) ->
                errors.stream()
                        .map(error -> error.toString().replace(folder + "/", ""))
                        .toList();
        };
    }

    @Test
    void shouldReadEveryType() throws IOException {
        Files.writeString(folder.resolve("site.key"), "secret\n");
        Config config = valid("""
            name: ms-1
            listen: [192.0.2.1, "2001:db8::1"]
            management:
              socket: run/ms-1.sock
            sites:
              - name: cloud-a
                prefixes: [10.1.0.0]
                keys: [{id: 1, file: site.key}]
                priority: 7
                refresh: 500ms
                mode: proxy-reply
              - name: cloud-b
            """);
        assertThat(config.listen()).containsExactly(IpAddress.parse("192.0.2.1"), IpAddress.parse("2001:db8::1"));
        assertThat(config.port()).as("default of the schema").isEqualTo(4342);
        assertThat(config.management()).contains(new ManagementConfig(folder.resolve("run/ms-1.sock")));
        assertThat(config.sites())
                .containsExactly(
                        new Site(
                                "cloud-a",
                                List.of(IpAddress.parse("10.1.0.0")),
                                List.of(new KeyConfig(1, "hmac-sha-256-128", folder.resolve("site.key"))),
                                7,
                                Duration.ofMillis(500),
                                Mode.PROXY_REPLY),
                        new Site("cloud-b", List.of(), List.of(), 0, Duration.ofSeconds(60), null));
    }

    @Test
    void shouldReportEverythingThatIsWrongAtOnce() throws IOException {
        assertThat(errors("""
            name: 17
            lisetn: [192.0.2.1]
            port: 70000
            sites:
              - name: cloud-a
                prefixes: [10.1.0.0, 10.1.0.0.7]
                keys:
                  - {id: 300, algorithm: hmac-sha-256, file: site.key}
                  - {id: 1}
                priority: high
                refresh: 10 seconds
                colour: blue
                mode: proxy_reply
              - prefixes: {}
                prefixes: []
            name: again
            """)).containsExactly("""
                test.yaml:1:1 / lacks the key 'listen'
                test.yaml:1:7 /name must be text, not 17
                test.yaml:2:1 /lisetn unknown key 'lisetn', did you mean 'listen'?
                test.yaml:3:7 /port must be a number from 0 to 65535, not 70000
                test.yaml:6:26 /sites/0/prefixes/1 '10.1.0.0.7' is not a numeric address such as 192.0.2.1 or 2001:db8::1
                test.yaml:8:14 /sites/0/keys/0/id must be a number from 0 to 255, not 300
                test.yaml:8:30 /sites/0/keys/0/algorithm must be one of hmac-sha-256-128, hmac-sha-256-128-hkdf, hmac-sha-1-96, not \
                'hmac-sha-256', did you mean 'hmac-sha-256-128'?
                test.yaml:9:9 /sites/0/keys/1 lacks the key 'file' (a file that holds the secret and nothing else)
                test.yaml:10:15 /sites/0/priority must be a whole number, not 'high'
                test.yaml:11:14 /sites/0/refresh must be a duration such as 10s, 500ms or 1m, not '10 seconds'
                test.yaml:12:5 /sites/0/colour unknown key 'colour'; known here: name, prefixes, keys, priority, \
                refresh, mode
                test.yaml:13:11 /sites/0/mode must be one of proxy-reply, forward, not 'proxy_reply', did you mean \
                'proxy-reply'?
                test.yaml:14:5 /sites/1 lacks the key 'name'
                test.yaml:14:15 /sites/1/prefixes must be a list, not a block of keys
                test.yaml:15:5 /sites/1/prefixes duplicate key 'prefixes', first on line 14
                test.yaml:16:1 /name duplicate key 'name', first on line 1
                """.lines().toArray(String[]::new));
    }

    @Test
    void shouldApplyTheRulesOfEveryRecord() throws IOException {
        Files.createFile(folder.resolve("empty.key"));
        assertThat(errors("""
            name: ms-1
            listen: [192.0.2.1]
            sites:
              - name: a
                keys: [{id: 1, file: absent.key}]
              - name: a
                keys: [{id: 1, file: empty.key}]
            """))
                .map(line -> line.replace(folder + "/", ""))
                .containsExactly(
                        "test.yaml:5:26 /sites/0/keys/0/file key file absent.key: there is no such file",
                        "test.yaml:6:11 /sites/1/name is the name of another site too",
                        "test.yaml:7:26 /sites/1/keys/0/file key file empty.key is empty: it must hold the secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'name: a\n\tlisten: b'      | test.yaml:2:1 / is not YAML: a tab; YAML is indented with spaces",
                "'name: a: b'                | test.yaml:1:8 / is not YAML: a ':' that cannot stand here; check the"
                        + " indentation, or quote the text around it",
                "'listen: [192.0.2.1'        | 'test.yaml:1:19 / is not YAML: while parsing a flow sequence, expected"
                        + " '','' or '']'', but got <stream end>'",
                "''                          | test.yaml:1:1 / is empty: it must hold the configuration",
                "'- a'                       | 'test.yaml:1:1 / must be a block of keys, not a list'",
            })
    void shouldSayInOneLineWhatIsNoYaml(String yaml, String error) throws IOException {
        assertThat(errors(yaml)).first().isEqualTo(error);
    }

    @Test
    void shouldNotFallForAliasesThatContainThemselves() throws IOException {
        assertThat(errors("name: &a [*a]\nlisten: [192.0.2.1]")).contains("test.yaml:1:7 / is nested too deeply");
    }

    @Test
    void shouldNameTheFileThatIsNotThere() {
        Path absent = folder.resolve("absent.yaml");
        assertThat(ConfigLoader.load(absent, "/schema/test.json", Config.class))
                .isEqualTo(new ConfigResult.Invalid<Config>(
                        List.of(new ConfigError(absent, 1, 1, "/", "there is no such file"))));
    }
}
