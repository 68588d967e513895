package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.model.ModelApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of the model service share the partitions; the API knows the address of one. */
class SeveralModelServicesTest {
    private static final int SERIES = 24;
    private static final int SAMPLES = 200;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void everySeriesIsForecastWhicheverInstanceOwnsIt(@TempDir Path folder) throws Exception {
        int port = FreePorts.block();
        try (Platform platform = Platform.start(PlatformConfig.embedded(folder, port))) {
            String first = platform.modelServiceUrl().toString();
            try (ServiceContext second = another(platform, folder, FreePorts.block())) {
                await("both instances to own partitions", () -> number(platform, "select count(distinct owner) from stream_position") == 2);
                write(platform);
                await("the points", () -> number(platform, "select count(*) from point") == SERIES * SAMPLES);
                assertThat(number(platform, "select count(*) from series_state t join stream_position p on p.partition = t.partition "
                        + "where p.owner <> '" + first + "'")).as("series of the instance that the API does not know").isPositive();
                await("forecasts of all series", () -> forecasts(platform).equals(List.of(200)));
            }
            await("the first instance to own everything again",
                    () -> number(platform, "select count(*) from stream_position where owner <> '" + first + "'") == 0);
            await("forecasts of all series", () -> forecasts(platform).equals(List.of(200)));
        }
    }

    private static ServiceContext another(Platform platform, Path folder, int port) {
        Map<String, String> settings = Platform.settings(folder, "another", "127.0.0.1", port);
        settings.put("longwave.kafka.bootstrap-servers", platform.bootstrapServers());
        settings.put("longwave.models.directory", folder.resolve("models").toString());
        platform.database().describe(settings);
        ServiceContext service = ServiceContext.start(ModelApplication.class, ModelApplication.CONFIG_NAME, "127.0.0.1:" + port, settings);
        service.awaitReady();
        return service;
    }

    private void write(Platform platform) throws Exception {
        String lines = IntStream.range(0, SERIES * SAMPLES)
                .mapToObj(i -> "pump,unit=" + i % SERIES + " pressure=" + Math.sin(i / SERIES / 5.0) + " " + (1_772_323_200L + i / SERIES))
                .collect(Collectors.joining("\n"));
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(platform.ingestUrl().resolve("/api/v2/write?bucket=plant&precision=s"))
                        .POST(HttpRequest.BodyPublishers.ofString(lines)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    /** The different status codes of all series' forecasts. */
    private List<Integer> forecasts(Platform platform) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (long id : numbers(platform, "select id from series")) {
            URI forecast = platform.url().resolve("/api/v1/series/" + id + "/forecast?horizon=5");
            statuses.add(http.send(HttpRequest.newBuilder(forecast).build(), HttpResponse.BodyHandlers.discarding()).statusCode());
        }
        return statuses.stream().distinct().toList();
    }

    private static long number(Platform platform, String sql) throws SQLException {
        return numbers(platform, sql).getFirst();
    }

    private static List<Long> numbers(Platform platform, String sql) throws SQLException {
        Database database = platform.database();
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            List<Long> numbers = new ArrayList<>();
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
            return numbers;
        }
    }

    private static void await(String what, Callable<Boolean> there) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!there.call()) {
            assertThat(System.nanoTime()).as("waiting for %s", what).isLessThan(deadline);
            Thread.sleep(50);
        }
    }
}
