package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.standalone.write.WriteClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code longwave up} as a process of its own, ended in the two ways it can be ended. */
class UpProcessTest {

    private static final int BATCHES = 60;
    private static final int LINES = 50;
    private static final long POINTS = 3L * BATCHES * LINES;

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

    /**
     * Points are written while the platform is killed and started again; the writer only repeats what was not acknowledged. The same points in
     * another bucket, written without any disturbance, must give the same rows to the bit: values, predictions, bands and scores.
     */
    @Test
    void aKilledPlatformGoesOnWithoutLosingOrDoublingAPointAndCtrlCStopsEverything() throws Exception {
        Process killed = up("killed.log");
        awaitReady(killed, "killed.log");
        PostmasterPid survivor = PostmasterPid.read(data().resolve("postgres")).orElseThrow();
        CountDownLatch thirdWritten = new CountDownLatch(BATCHES / 3);
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write("killed", thirdWritten));
        thirdWritten.await();
        killed.destroyForcibly().waitFor();
        assertThat(survivor.isServerOf(data().resolve("postgres"))).as("PostgreSQL outlives a killed platform").isTrue();
        assertThat(writing).as("the kill came while points were written").isNotDone();

        Process again = up("again.log");
        awaitReady(again, "again.log");
        assertThat(output("again.log")).contains("Stopped the PostgreSQL that an earlier run left behind");
        PostmasterPid successor = PostmasterPid.read(data().resolve("postgres")).orElseThrow();
        assertThat(successor.pid()).isNotEqualTo(survivor.pid());
        assertThat(successor.isServerOf(data().resolve("postgres"))).isTrue();
        writing.join();
        write("whole", new CountDownLatch(0));
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + (port + 3) + "/longwave",
                PostgresServer.USER,
                Files.readString(PostgresServer.passwordFile(data())).strip())) {
            for (String bucket : List.of("killed", "whole")) {
                while (count(connection, bucket) < POINTS) {
                    assertThat(again.isAlive()).as(() -> "still working; it said: " + output("again.log")).isTrue();
                    Thread.sleep(200);
                }
                assertThat(count(connection, bucket)).as(bucket).isEqualTo(POINTS);
            }
            assertThat(number(connection, "select count(score) from point")).as("points that were scored").isGreaterThan(POINTS);
            assertThat(number(connection,
                    """
                            with whole as (select measurement, field, point.* from point join series on series.id = series_id where bucket = 'whole'),
                                killed as (select measurement, field, point.* from point join series on series.id = series_id where bucket = 'killed')
                            select count(*) from whole w full join killed k using (measurement, field, time)
                            where row(w.value, w.predicted, w.lower, w.upper, w.score, w.model)
                                is distinct from row(k.value, k.predicted, k.lower, k.upper, k.score, k.model)"""))
                    .as("rows that differ").isZero();
        }

        new ProcessBuilder("kill", "-INT", Long.toString(again.pid())).start().waitFor();
        assertThat(again.waitFor(60, TimeUnit.SECONDS)).as("ends after Ctrl-C").isTrue();
        assertThat(again.exitValue()).isEqualTo(130);
        assertThat(output("again.log")).contains("Stopped.");
        assertThat(PostmasterPid.read(data().resolve("postgres"))).isEmpty();
        assertThat(successor.isServerOf(data().resolve("postgres"))).as("the server is gone").isFalse();
    }

    private void write(String bucket, CountDownLatch progress) {
        try (WriteClient client = new WriteClient(URI.create("http://127.0.0.1:" + (port + 1)), bucket, null, Duration.ofMinutes(5))) {
            for (int batch = 0; batch < BATCHES; batch++) {
                List<String> lines = new ArrayList<>();
                for (int i = 0; i < LINES; i++) {
                    int n = batch * LINES + i;
                    double angle = 2 * Math.PI * n / 48;
                    lines.add("plant a=" + (10 + Math.sin(angle)) + ",b=" + (Math.cos(angle) * n / 1000) + ",c=" + (n % 7) + " "
                            + (1_700_000_000L + 60L * n) * 1_000_000_000L);
                }
                String refused = client.write(lines);
                assertThat(refused).isNull();
                progress.countDown();
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static long count(Connection connection, String bucket) throws SQLException {
        return number(connection, "select count(*) from point join series on series.id = series_id where bucket = '" + bucket + "'");
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
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
