package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.Godwit.Run;
import io.godwit.cli.client.FakeDaemon;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ShowCommandTest {
    @TempDir
    static Path folder;

    private final FakeDaemon xtrA;
    private final FakeDaemon xtrB;
    private final FakeDaemon mapServer;

    ShowCommandTest() throws IOException {
        xtrA = new FakeDaemon(folder, "xtr-a")
                .answer("GET /v1/map-cache", "[]")
                .answer("GET /v1/status", "{\"name\":\"xtr-a\"}");
        xtrB = new FakeDaemon(folder, "xtr-b").answer("GET /v1/map-cache", "[{\"eid\":\"10.1.0.5/32\"}]");
        mapServer =
                new FakeDaemon(folder, "ms").answer("GET /v1/registrations", "{\"registrations\":[],\"mappings\":0}");
    }

    @AfterEach
    void close() throws IOException {
        xtrA.close();
        xtrB.close();
        mapServer.close();
    }

    private static Run show(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "show";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--socket-dir";
        all[all.length - 1] = folder.toString();
        return Godwit.run(all);
    }

    @Test
    void shouldFindTheOnlyDaemonThatServesIt() {
        assertThat(show("registrations", "-o", "json"))
                .isEqualTo(new Run(0, "{\n  \"registrations\" : [ ],\n  \"mappings\" : 0\n}\n", ""));
        assertThat(show("status")).isEqualTo(new Run(0, "Name  xtr-a\n", ""));
    }

    @Test
    void shouldAskWhichOfSeveralDaemonsIsMeant() {
        assertThat(show("map-cache"))
                .isEqualTo(new Run(
                        1, "", "godwit: several daemons show map-cache: choose one with --name, of xtr-a, xtr-b\n"));
        assertThat(show("map-cache", "--name", "xtr-b", "-o", "jsonl").out()).isEqualTo("{\"eid\":\"10.1.0.5/32\"}\n");
        assertThat(show("map-cache", "--socket", xtrA.socket().toString()).out())
                .isEqualTo("LISP map-cache, 0 entries\n");
    }

    @Test
    void shouldSayWhichDaemonsThereAre() {
        Run run = show("status", "--name", "xtr-c");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("godwit: there is no socket " + folder.resolve("xtr-c.sock") + ": in " + folder
                        + " there are ms, xtr-a, xtr-b\n");
    }

    @Test
    void shouldSayWhenNoDaemonServesIt() {
        assertThat(show("database").err()).startsWith("godwit: no daemon shows database: ms: there is no /v1/database");
    }

    @Test
    void shouldSayWhenNoDaemonIsThere(@TempDir Path empty) {
        Run run = Godwit.run("show", "status", "--socket-dir", empty.toString());
        assertThat(run)
                .isEqualTo(new Run(
                        1,
                        "",
                        "godwit: no daemon has a socket in " + empty
                                + ": start one, or say where with --socket PATH or --socket-dir DIR\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"map-cash", "statsu"})
    void shouldGuessWhatWasMeant(String object) {
        Run run = show(object);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("there is no '" + object + "' to show")
                .contains(object.startsWith("m") ? "map-cache" : "status");
    }

    @Test
    void shouldGuessTheCommandToo() {
        Run run = Godwit.run("shwo");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("Did you mean: godwit show?");
    }

    @Test
    void shouldTeachWithHelp() {
        assertThat(Godwit.run("--help").out())
                .contains(
                        "Commands:",
                        "show ",
                        "lig ",
                        "move ",
                        "map-server ",
                        "godwit lig 10.1.0.5 --to",
                        "Exit codes:");
        assertThat(Godwit.run("show", "--help").out())
                .contains("status, map-cache, database", "godwit show counters --name xtr-a --watch 1s");
    }

    @Test
    void shouldCompleteItsCommands() {
        assertThat(Godwit.run("completion", "bash").out())
                .startsWith("#!/usr/bin/env bash")
                .contains("map-cache", "complete -F _complete_godwit");
    }
}
