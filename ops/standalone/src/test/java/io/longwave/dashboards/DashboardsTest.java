package io.longwave.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.standalone.platform.FreePorts;
import io.longwave.standalone.platform.Platform;
import io.longwave.standalone.platform.PlatformConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds what Grafana and Prometheus are told against a running platform, because neither runs the tests, but for Prometheus' own check of its rules. */
class DashboardsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path ROOT = Path.of(System.getProperty("longwave.root"));
    private static final Path FOLDER = ROOT.resolve("ops/dashboards");
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
    private static final Path AMTOOL = Path.of("/usr/bin/amtool");
    private static final String PASSWORD = "secret";
    private static final long SECOND = 1_000_000_000L;
    private static final int SAMPLES = 400;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static long start;
    private static Platform platform;

    @BeforeAll
    static void run(@TempDir Path data) throws Exception {
        platform = Platform.start(PlatformConfig.embedded(data, FreePorts.block()));
        start = (System.currentTimeMillis() / 1000 - SAMPLES) * SECOND;
        StringBuilder lines = new StringBuilder();
        double total = 0;
        for (int i = 0; i < SAMPLES; i++) {
            long time = start + i * SECOND;
            lines.append("room temperature=").append(i == SAMPLES - 3 ? 90 : 20 + Math.sin(i / 10.0)).append(' ').append(time).append('\n');
            total += 10 + Math.sin(i / 10.0);
            lines.append("net bytes=").append(total).append(' ').append(time).append('\n');
        }
        assertThat(send("POST", platform.ingestUrl().resolve("/api/v2/write?bucket=b"), lines + "no line\n")).isEqualTo(400);
        await(() -> query("select count(*) from point").equals("" + 2 * SAMPLES));
        assertThat(send("PUT", platform.url().resolve("/api/v1/series/" + id("bytes") + "/kind"), "{\"kind\":\"counter\"}")).isEqualTo(202);
        assertThat(send("PUT", platform.url().resolve("/api/v1/series/" + id("temperature") + "/watch"), "{}")).isEqualTo(202);
        await(() -> query("select count(*) from series where kind = 'counter'").equals("1")
                && query("select count(*) from forecast").equals("1"));
        String role = Files.readString(FOLDER.resolve("grafana/role.sql")).replace(":'password'", "'" + PASSWORD + "'");
        for (int twice = 0; twice < 2; twice++) {
            try (Connection connection = owner(); var statement = connection.createStatement()) {
                statement.execute(role);
            }
        }
    }

    @AfterAll
    static void stop() {
        platform.close();
        HTTP.close();
    }

    @Test
    void aSeriesIsShownWithWhatWasExpectedOfItItsForecastAndItsAnomalies() throws Exception {
        JsonNode dashboard = dashboard("series");
        List<List<String>> variable = ask(dashboard.path("templating").path("list").path(0).path("query").asString(), "0");
        assertThat(variable).containsExactly(List.of(id("bytes"), "b net bytes"), List.of(id("temperature"), "b room temperature"));

        List<JsonNode> panels = list(dashboard.path("panels"));
        String points = panels.get(0).path("targets").path(0).path("rawSql").asString();
        List<List<String>> gauge = ask(points, id("temperature"));
        assertThat(gauge).hasSizeBetween(SAMPLES / 10, SAMPLES / 10 + 1).last().satisfies(row -> assertThat(row).doesNotContainNull());
        assertThat(Double.parseDouble(gauge.getFirst().get(1))).isBetween(19.0, 21.0);
        List<List<String>> counter = ask(points, id("bytes"));
        assertThat(Double.parseDouble(counter.get(5).get(1))).as("a rate").isBetween(9.0, 11.0);
        assertThat(counter.get(5).get(2)).as("what was expected of totals").isNull();

        List<List<String>> forecast = ask(panels.get(0).path("targets").path(1).path("rawSql").asString(), id("temperature"));
        assertThat(forecast).hasSize(96).allSatisfy(row -> assertThat(row).hasSize(4).doesNotContainNull());
        assertThat(ask(panels.get(1).path("targets").path(0).path("rawSql").asString(), id("temperature"))).last()
                .satisfies(row -> assertThat(Double.parseDouble(row.get(1))).isBetween(0.0, 1.0));
        List<List<String>> anomalies = ask(panels.get(2).path("targets").path(0).path("rawSql").asString(), "0");
        assertThat(anomalies).anySatisfy(row -> assertThat(row).contains("b room temperature", "90"));
        List<List<String>> marks = ask(dashboard.path("annotations").path("list").path(0).path("target").path("rawSql").asString(),
                id("temperature"));
        assertThat(marks).anySatisfy(row -> assertThat(row.get(3)).startsWith("score ").contains(": 90, expected "));
    }

    @Test
    void whoeverReadsWithTheRoleCannotWrite() throws SQLException {
        try (Connection connection = grafana(); var statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            assertThat(List.of("delete from point", "create table mine (a int)", "select pg_read_file('/etc/passwd')")).allSatisfy(
                    sql -> assertThatThrownBy(() -> statement.execute(sql)).isInstanceOf(SQLException.class)
                            .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("42501")));
        }
    }

    @Test
    void everyMetricThatIsAskedForIsThere() throws Exception {
        Set<String> known = new TreeSet<>(Set.of("up"));
        for (URI service : List.of(platform.ingestUrl(), platform.modelServiceUrl(), platform.url())) {
            HTTP.send(HttpRequest.newBuilder(service.resolve("/actuator/prometheus")).build(), BodyHandlers.ofLines()).body()
                    .filter(line -> !line.startsWith("#")).forEach(line -> known.add(line.split("[{ ]", 2)[0]));
        }
        Set<String> asked = new TreeSet<>();
        for (JsonNode panel : list(dashboard("service").path("panels"))) {
            for (JsonNode target : list(panel.path("targets"))) {
                asked.addAll(metrics(target.path("expr").asString()));
            }
        }
        for (Object rule : rules()) {
            asked.addAll(metrics(((Map<?, ?>) rule).get("expr").toString()));
        }
        assertThat(asked).hasSizeGreaterThan(10);
        assertThat(known).containsAll(asked);
    }

    @Test
    void alertsNameTheReasonsThatTheStreamHas() throws Exception {
        String expression = rules().stream().map(rule -> ((Map<?, ?>) rule).get("expr").toString()).filter(text -> text.contains("what=~"))
                .findFirst().orElseThrow();
        String named = expression.substring(expression.indexOf('"') + 1, expression.lastIndexOf('"'));
        // The codes of model.stream.Reason, which is not public: those that the table of rules calls dead letters.
        String rationale = Files.readString(ROOT.resolve("model-service/RATIONALE.md"));
        Set<String> dead = rationale.lines().filter(line -> line.startsWith("| `") && line.contains("dead letter"))
                .flatMap(line -> Pattern.compile("`([a-z-]+)`").matcher(line.split("\\|")[1]).results().map(match -> match.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new TreeSet<>(List.of(named.split("\\|")))).isEqualTo(dead);
    }

    @Test
    void prometheusTakesItsConfigurationAndRules() throws Exception {
        assertThat(checked(PROMTOOL, "check", "config", FOLDER.resolve("prometheus/prometheus.yml").toString()))
                .contains(rules().size() + " rules found");
    }

    @Test
    void alertmanagerTakesItsConfigurationAndIsFoundUnderItsName() throws Exception {
        assertThat(checked(AMTOOL, "check-config", FOLDER.resolve("alertmanager/alertmanager.yml").toString())).contains("1 receivers");
        Map<String, Object> services = map(yaml(FOLDER.resolve("compose.yml")).get("services"));
        assertThat(services).containsKey("alertmanager");
        assertThat(Files.readString(FOLDER.resolve("prometheus/prometheus.yml"))).contains("[alertmanager:9093]");
        assertThat(map(map(services.get("model-service")).get("environment")))
                .containsEntry("LONGWAVE_NOTIFICATIONS_ALERTMANAGERS_MAIN_URL", "http://alertmanager:9093");
    }

    /** What a program says of a file that it takes. Where it is not installed the test is skipped, on the CI machine it fails. */
    private static String checked(Path program, String... arguments) throws Exception {
        if (!"true".equals(System.getenv("CI"))) {
            Assumptions.assumeTrue(Files.isExecutable(program), "missing: " + program);
        }
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process check = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void whatIsMountedIsThereAndServicesAreFoundUnderTheirNames() throws Exception {
        Map<String, Object> compose = yaml(FOLDER.resolve("compose.yml"));
        Map<String, Object> services = map(compose.get("services"));
        Map<String, Object> others = map(yaml(ROOT.resolve("docker-compose.yml")).get("services"));
        services.forEach((name, service) -> {
            for (Object mount : (List<?>) map(service).getOrDefault("volumes", List.of())) {
                String from = mount.toString().split(":", 2)[0];
                assertThat(from.startsWith("./") ? Files.exists(ROOT.resolve(from)) : map(compose.get("volumes")).containsKey(from))
                        .as(from).isTrue();
            }
            map(map(service).getOrDefault("depends_on", Map.of())).keySet()
                    .forEach(needed -> assertThat(services.containsKey(needed) || others.containsKey(needed)).as(needed).isTrue());
        });
        assertThat(map(services.get("grafana-role")).get("image")).isEqualTo(map(others.get("postgres")).get("image"));
        String targets = Files.readString(FOLDER.resolve("prometheus/prometheus.yml"));
        assertThat(targets).contains("[ingest-service:8081, model-service:8082, forecast-api:8080]");
        assertThat(others).containsKeys("ingest-service", "model-service", "forecast-api");
        Set<String> sources = new TreeSet<>();
        for (Object source : (List<?>) yaml(FOLDER.resolve("grafana/provisioning/datasources/longwave.yaml")).get("datasources")) {
            sources.add(map(source).get("type") + " " + map(source).get("uid"));
        }
        for (String name : List.of("series", "service")) {
            for (JsonNode source : dashboard(name).findValues("datasource")) {
                assertThat(sources).contains(source.path("type").asString() + " " + source.path("uid").asString());
            }
        }
    }

    private static JsonNode dashboard(String name) throws IOException {
        return JSON.readTree(Files.readString(FOLDER.resolve("grafana/dashboards/" + name + ".json")));
    }

    private static List<?> rules() throws IOException {
        return ((List<?>) yaml(FOLDER.resolve("prometheus/alerts.yml")).get("groups")).stream()
                .flatMap(group -> ((List<?>) map(group).get("rules")).stream()).toList();
    }

    /** Names in an expression of PromQL that are no functions, labels or keywords. */
    private static Set<String> metrics(String expression) {
        String bare = expression.replaceAll("\\{[^}]*}", "").replaceAll("\\[[^]]*]", "").replaceAll("\\b(by|on)\\s*\\([^)]*\\)", "");
        return Pattern.compile("\\b(?:longwave|jvm)_[a-z_]+|\\bup\\b").matcher(bare).results().map(match -> match.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Rows of a query with Grafana's macros and variables filled in, read with Grafana's role. */
    private static List<List<String>> ask(String sql, String series) throws SQLException {
        String filled = sql
                .replaceAll("\\$__unixEpochNanoFilter\\(([^)]*)\\)", "$1 >= " + start + " and $1 <= " + (start + SAMPLES * SECOND))
                .replace("$__interval_ms", "10000").replace("$series", series);
        assertThat(filled).doesNotContain("$");
        List<List<String>> all = new ArrayList<>();
        try (Connection connection = grafana(); ResultSet rows = connection.createStatement().executeQuery(filled)) {
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    row.add(rows.getString(column));
                }
                all.add(row);
            }
        }
        return all;
    }

    private static String id(String field) {
        return query("select id from series where field = '" + field + "'");
    }

    private static String query(String sql) {
        try (Connection connection = owner(); ResultSet rows = connection.createStatement().executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Connection owner() throws SQLException {
        return DriverManager.getConnection(platform.database().jdbcUrl(), platform.database().user(), platform.database().password());
    }

    private static Connection grafana() throws SQLException {
        return DriverManager.getConnection(platform.database().jdbcUrl(), "grafana", PASSWORD);
    }

    private static int send(String method, URI url, String body) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(url).header("content-type", body.startsWith("{") ? "application/json" : "text/plain")
                .method(method, BodyPublishers.ofString(body)).build(), BodyHandlers.discarding()).statusCode();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        for (int i = 0; !condition.call(); i++) {
            assertThat(i).as("tries of 100 ms").isLessThan(600);
            Thread.sleep(100);
        }
    }

    private static List<JsonNode> list(JsonNode array) {
        return array.valueStream().toList();
    }

    private static Map<String, Object> yaml(Path file) throws IOException {
        return map(new Yaml().load(Files.readString(file)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        assertThat(node).isInstanceOf(Map.class);
        return (Map<String, Object>) node;
    }
}
