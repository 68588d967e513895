package io.longwave.api;

import com.zaxxer.hikari.HikariDataSource;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.series.SeriesKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service over a real database and a model service that answers what the test says. */
final class RunningApi implements BeforeAllCallback, AfterAllCallback {
    private static final JsonMapper JSON = new JsonMapper();

    private final PostgresFixture postgres = new PostgresFixture();
    private final List<String> settings;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable Parts parts;

    /** What exists while the test class runs. */
    private record Parts(FakeModelService modelService, ConfigurableApplicationContext context, HikariDataSource connections,
            JdbcClient jdbc) {}

    RunningApi(String... settings) {
        this.settings = List.of(settings);
    }

    @Override
    public void beforeAll(ExtensionContext test) throws IOException {
        postgres.beforeAll(test);
        FakeModelService modelService = new FakeModelService();
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--server.address=127.0.0.1",
                "--spring.datasource.url=" + postgres.jdbcUrl(), "--spring.datasource.username=" + postgres.username(),
                "--spring.datasource.password=" + postgres.password(), "--longwave.model-service.url=" + modelService.url(),
                "--spring.main.banner-mode=off"));
        settings.forEach(setting -> arguments.add("--" + setting));
        ConfigurableApplicationContext context = new SpringApplicationBuilder(ApiApplication.class)
                .properties("spring.config.name=" + ApiApplication.CONFIG_NAME)
                .run(arguments.toArray(String[]::new));
        HikariDataSource connections = new HikariDataSource(); // a test asks a thousand times, and each connection is a process
        connections.setDataSource(postgres.dataSource());
        parts = new Parts(modelService, context, connections, JdbcClient.create(connections));
    }

    @Override
    public void afterAll(ExtensionContext test) {
        parts().context().close();
        parts().connections().close();
        parts().modelService().close();
    }

    FakeModelService modelService() {
        return parts().modelService();
    }

    PostgresFixture postgres() {
        return postgres;
    }

    JdbcClient jdbc() {
        return parts().jdbc();
    }

    private Parts parts() {
        return Objects.requireNonNull(parts, "a static field with @RegisterExtension");
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + parts().context().getEnvironment().getRequiredProperty("local.server.port") + path);
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    JsonNode json(String path) {
        return json(get(path));
    }

    JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    HttpResponse<String> send(String method, String path, String body) {
        return send(HttpRequest.newBuilder(at(path)).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Registers a model as the model service does. */
    void model(String id, String family, String task) {
        jdbc().sql(
                "insert into model (id, family, task, config, metrics, data, path, created_at) values (?, ?, ?, '{}', '{}', '{}', ?, now())")
                .params(id, family, task, "m/" + id).update();
    }

    /** Registers a series as the model service does, and returns its id. */
    long series(String canonicalKey) {
        SeriesKey key = SeriesKey.parse(canonicalKey);
        return jdbc().sql("""
                insert into series (key, tenant, bucket, measurement, tags, field, display)
                values (:key, :tenant, :bucket, :measurement, :tags::jsonb, :field, :display) returning id""")
                .param("key", key.canonical()).param("tenant", key.tenant()).param("bucket", key.bucket())
                .param("measurement", key.measurement()).param("tags", JSON.writeValueAsString(key.tags())).param("field", key.field())
                .param("display", key.displayName()).query(Long.class).single();
    }

    /** A scored point. */
    void point(long series, long timeNanos, double value, double predicted, double score) {
        jdbc().sql("""
                insert into point (series_id, time, value, predicted, lower, upper, score, model)
                values (?, ?, ?, ?, ?, ?, ?, 'online-1')""")
                .params(series, timeNanos, value, predicted, predicted - 1, predicted + 1, score).update();
    }

    /** A point of a model that warms up. */
    void unscoredPoint(long series, long timeNanos, double value) {
        jdbc().sql("insert into point (series_id, time, value) values (?, ?, ?)").params(series, timeNanos, value).update();
    }

    /** An event of three points; without an end it still lasts. */
    void anomaly(String id, long series, long startNanos, @Nullable Long endNanos, double peakScore) {
        jdbc().sql("""
                insert into anomaly (id, series_id, start_time, end_time, peak_time, peak_score, peak_value, expected, points, model)
                values (:id, :series, :start, :end, :start, :score, 9.5, 1.5, 3, 'online-1')""")
                .param("id", id).param("series", series).param("start", startNanos).param("end", endNanos, Types.BIGINT)
                .param("score", peakScore).update();
    }

    /** A group of rows 10 s apart as the model service makes it, judged until before the row of that number; returns its id. */
    long group(String name, String model, long nextRow, String... keys) {
        String[] columns = new String[keys.length];
        Arrays.setAll(columns, n -> "c" + n);
        long id = jdbc().sql("""
                insert into series_group (name, model, columns, step, phase, next_row, scored_from)
                values (:name, :model, :columns, 10000000000, 0, :next, 0) returning id""").param("name", name).param("model", model)
                .param("columns", columns).param("next", nextRow).query(Long.class).single();
        for (int n = 0; n < keys.length; n++) {
            jdbc().sql("insert into group_member values (?, ?, ?)").params(id, n, keys[n]).update();
        }
        return id;
    }

    /** An event of a group, of three rows; without an end it still lasts. */
    void groupAnomaly(String id, long group, long startNanos, long lastNanos, @Nullable Long endNanos, double peakScore,
            String contribution) {
        jdbc().sql(
                """
                        insert into group_anomaly (id, group_id, start_time, last_time, end_time, peak_time, peak_score, contribution, points, calm, model)
                        values (:id, :group, :start, :last, :end, :start, :score, :contribution::real[], 3, 0, 'joint-1')""")
                .param("id", id).param("group", group).param("start", startNanos).param("last", lastNanos)
                .param("end", endNanos, Types.BIGINT).param("score", peakScore).param("contribution", contribution).update();
    }
}
