package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.longwave.standalone.command.CommandException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the real thing twice on one folder; everything about a running platform is asked in between. */
class PlatformTest {

    @TempDir
    private Path folder = Path.of("");

    private final int port = FreePorts.block();
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Test
    void startsAnswersRefusesASecondOneStopsAndKeepsItsData() throws Exception {
        PlatformConfig config = PlatformConfig.embedded(folder, port);
        String cluster;
        try (Platform platform = new Platform(config, lines::add)) {
            platform.start();
            assertThat(lines).as("one line for each part").hasSize(5);
            for (URI service : List.of(platform.url(), platform.ingestUrl(), platform.modelServiceUrl())) {
                assertThat(status(service.resolve("/actuator/health/readiness"))).as(service.toString()).isEqualTo(200);
            }
            assertThat(setting(platform, "fsync")).isEqualTo("on");
            assertThat(setting(platform, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(platform, "listen_addresses")).isEqualTo("127.0.0.1");
            execute(platform, "create table kept as select 42 as answer");
            cluster = clusterId(platform);
            assertThat(topics(platform)).isNotEmpty();
            assertThatExceptionOfType(SQLException.class).as("a password is asked for")
                    .isThrownBy(() -> DriverManager.getConnection(platform.database().jdbcUrl(), PostgresServer.USER, "guess"));
            assertThatExceptionOfType(CommandException.class).isThrownBy(() -> Platform.start(config))
                    .withMessageContaining("another Longwave (process " + ProcessHandle.current().pid() + ")");
            assertThatExceptionOfType(CommandException.class)
                    .isThrownBy(() -> Platform.start(PlatformConfig.embedded(folder.resolve("other"),
                            port)))
                    .withMessageContaining("port " + port + " ");
            assertThat(status(platform.url().resolve("/actuator/health/readiness"))).as("the refused ones stopped nothing").isEqualTo(200);
        }
        assertThat(PostmasterPid.read(folder.resolve("postgres"))).isEmpty();
        for (int offset = 0; offset <= PortBlock.LAST_OFFSET; offset++) {
            int closed = port + offset;
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new Socket("127.0.0.1", closed).close());
        }

        // As after a power cut: the lock file names a process number that somebody else has now.
        Files.writeString(folder.resolve("postgres").resolve("postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + folder.resolve("postgres")
                        + "\n0\n" + (port + 3) + "\n");
        try (Platform platform = Platform.start(config)) {
            assertThat(query(platform, "select answer from kept")).isEqualTo("42");
            assertThat(clusterId(platform)).isEqualTo(cluster);
            assertThat(topics(platform)).isNotEmpty();
        }
    }

    @Test
    void aStartThatFailsHalfWayLeavesNothingBehind() throws Exception {
        PlatformConfig unreachable = new PlatformConfig(folder, port, "127.0.0.1", "127.0.0.1:1", null, false, Duration.ZERO, List.of(),
                List.of());
        assertThatExceptionOfType(CommandException.class).isThrownBy(() -> Platform.start(unreachable))
                .withMessageContaining("no Kafka broker answers at 127.0.0.1:1");
        assertThat(PostmasterPid.read(folder.resolve("postgres"))).isEmpty();
        DataDirectory.open(folder).close();
    }

    private static int status(URI address) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static String setting(Platform platform, String name) throws SQLException {
        return query(platform, "show " + name);
    }

    private static void execute(Platform platform, String sql) throws SQLException {
        try (Connection connection = connect(platform); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(Platform platform, String sql) throws SQLException {
        try (Connection connection = connect(platform);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static Connection connect(Platform platform) throws SQLException {
        return DriverManager.getConnection(platform.database().jdbcUrl(), platform.database().user(), platform.database().password());
    }

    private static String clusterId(Platform platform) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", platform.bootstrapServers()))) {
            return admin.describeCluster().clusterId().get();
        }
    }

    private static Set<String> topics(Platform platform) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", platform.bootstrapServers()))) {
            return admin.listTopics().names().get();
        }
    }
}
