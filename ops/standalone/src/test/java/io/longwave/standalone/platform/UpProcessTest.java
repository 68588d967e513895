package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code longwave up} as a process of its own, ended in the two ways it can be ended. */
class UpProcessTest {

    @TempDir
    private Path folder = Path.of("");

    private final int port = FreePorts.block();
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void leaveNothingRunning() throws Exception {
        started.forEach(Process::destroyForcibly);
        for (Process process : started) {
            process.waitFor();
        }
        Optional<PostmasterPid> server = PostmasterPid.read(data().resolve("postgres"));
        if (server.isPresent() && server.get().isServerOf(data().resolve("postgres"))) {
            ProcessHandle.of(server.get().pid()).ifPresent(ProcessHandle::destroy);
        }
    }

    @Test
    void aDatabaseThatSurvivesAKillIsStoppedAndStartedAgainAndCtrlCStopsEverything() throws Exception {
        Process killed = up("killed.log");
        awaitReady(killed, "killed.log");
        PostmasterPid survivor = PostmasterPid.read(data().resolve("postgres")).orElseThrow();
        killed.destroyForcibly().waitFor();
        assertThat(survivor.isServerOf(data().resolve("postgres"))).as("PostgreSQL outlives a killed platform").isTrue();

        Process again = up("again.log");
        awaitReady(again, "again.log");
        assertThat(output("again.log")).contains("Stopped the PostgreSQL that an earlier run left behind");
        PostmasterPid successor = PostmasterPid.read(data().resolve("postgres")).orElseThrow();
        assertThat(successor.pid()).isNotEqualTo(survivor.pid());
        assertThat(successor.isServerOf(data().resolve("postgres"))).isTrue();

        new ProcessBuilder("kill", "-INT", Long.toString(again.pid())).start().waitFor();
        assertThat(again.waitFor(60, TimeUnit.SECONDS)).as("ends after Ctrl-C").isTrue();
        assertThat(again.exitValue()).isEqualTo(130);
        assertThat(output("again.log")).contains("Stopped.");
        assertThat(PostmasterPid.read(data().resolve("postgres"))).isEmpty();
        assertThat(ProcessHandle.of(successor.pid()).flatMap(process -> process.info().command())).as("the server is gone")
                .isNotEqualTo(Optional.of("postgres"));
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Process up(String log) throws IOException {
        List<String> words = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-cp", System.getProperty("java.class.path"),
                "io.longwave.standalone.Longwave",
                "up", "--data-dir", data().toString(), "--port", Integer.toString(port), "--no-replay");
        Process process = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(folder.resolve(log).toFile()).start();
        started.add(process);
        return process;
    }

    private void awaitReady(Process process, String log) throws Exception {
        while (!output(log).contains("Ready after")) {
            assertThat(process.isAlive()).as(() -> "still starting; it said: " + output(log)).isTrue();
            Thread.sleep(100);
        }
    }

    private String output(String log) {
        try {
            return Files.readString(folder.resolve(log));
        } catch (IOException e) {
            return "";
        }
    }
}
