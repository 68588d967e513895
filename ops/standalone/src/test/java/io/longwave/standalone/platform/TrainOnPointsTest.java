package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.standalone.forecast.ForecastCommand;
import io.longwave.standalone.forecast.ScoreCommand;
import io.longwave.standalone.train.TrainCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models trained on what a running platform has stored, and put to work there. */
class TrainOnPointsTest {
    private static final int ROWS = 2000;
    private static final long START = 1_772_323_200L; // 2026-03-01T00:00:00Z
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final HttpClient http = HttpClient.newHttpClient();
    private final StringWriter out = new StringWriter();

    @Test
    void whatWasStreamedTrainsTheModelThatServesIt(@TempDir Path folder) throws Exception {
        int port = FreePorts.block();
        try (Platform platform = Platform.start(PlatformConfig.embedded(folder, port))) {
            write(platform);
            URI series = platform.url().resolve("/api/v1/series?limit=10");
            await("the points", () -> json(series).size() == 4
                    && json(series).valueStream().allMatch(one -> one.path("lastTime").asString("").equals("2026-03-02T09:19:00Z")));
            long pressure = id(series, "pressure");

            String[] promotion = {"s4d", "--series", Long.toString(pressure), "--promote", "--set", "width=8"};
            assertThat(train(platform, folder, with(promotion, "--epochs", "2"))).isEqualTo(1);
            assertThat(out.toString()).contains("s4d-pump-pressure-1: best of 2 epochs", "20 of 2,000 values are missing",
                    "s4d-pump-pressure-1 is registered but not put to work: its test MSE, ",
                    " is not below that of online-1, which is at work now, over 8 rows, ");
            assertThat(train(platform, folder, with(promotion, "--epochs", "15", "--lr", "0.01"))).as(out.toString()).isZero();
            assertThat(out.toString()).contains("s4d-pump-pressure-2: best of ",
                    "series " + pressure + " is served by s4d-pump-pressure-2 from its next points on")
                    .containsPattern("online-1 .*, at work now");
            URI one = platform.url().resolve("/api/v1/series/" + pressure);
            await("the promotion", () -> json(one).path("promoted").asString("").equals("s4d-pump-pressure-2"));
            assertThat(train(platform, folder, promotion)).isEqualTo(1);
            assertThat(out.toString()).contains(" is not below that of s4d-pump-pressure-2, which is at work now, over 8 rows, ");
            assertThat(Files.readAllLines(folder.resolve("training/tables/pump-pressure.csv"))).hasSize(1 + ROWS)
                    .startsWith("time,pressure")
                    .contains("2026-03-01T08:25:00Z,");

            for (Object command : List.of(new ScoreCommand(), new ForecastCommand())) {
                assertThat(run(command, "s4d-pump-pressure-2", "--series", Long.toString(pressure), "--from", "-8h", "--data-dir",
                        folder.toString(), "--url",
                        platform.url().toString())).as(out.toString()).isZero();
            }
            assertThat(out.toString().lines().skip(1)).hasSize(96).first().asString().startsWith("2026-03-02T09:20:00Z,pressure,");

            assertThat(train(platform, folder, "chimera", "--fields-of", "default/plant/pump", "--target", "flow,pressure", "--from",
                    "2026-03-01T01:00:00Z",
                    "--step", "2m", "--group", "pump")).as(out.toString()).isZero();
            JsonNode group = json(platform.url().resolve("/api/v1/groups/pump"));
            assertThat(group.path("model").asString()).isEqualTo("chimera-flow-pressure-1");
            assertThat(group.path("step").asString()).isEqualTo("PT2M");
            assertThat(group.path("series").valueStream().map(member -> member.path("key").asString()))
                    .containsExactly("default/plant/pump#flow", "default/plant/pump#pressure");

            assertThat(train(platform, folder, "s4d", "--fields-of", "default/plant/pump", "--target", "flow,pressure", "--from",
                    "2026-03-01T01:00:00Z", "--step", "2m", "--horizon", "12", "--group", "pump")).isEqualTo(1);
            assertThat(out.toString()).contains("; over its 8 rows the new one has ",
                    " is not below that of chimera-flow-pressure-1, which is at work now, over 8 rows, ");

            String ids = Stream.of("walk", "flow", "temperature").map(field -> Long.toString(id(series, field)))
                    .reduce((a, b) -> a + "," + b).orElseThrow();
            assertThat(train(platform, folder, "chimera", "--series", ids, "--target", "temperature,flow", "--name", "second", "--group",
                    "other")).as(out.toString())
                    .isZero();
            assertThat(json(platform.url().resolve("/api/v1/groups/other")).path("series").valueStream()
                    .map(member -> member.path("key").asString()))
                    .containsExactly("default/plant/pump#temperature", "default/plant/pump#flow");

            assertThat(run(new TrainCommand(), "s4d", "--task", "reconstruct", "--series", ids, "--target", "temperature,flow", "--window",
                    "32", "--epochs", "2", "--group",
                    "other", "--data-dir", folder.toString(), "--url", platform.url().toString())).as(out.toString()).isZero();
            assertThat(out.toString()).contains("s4d-pump-1: best of 2 epochs", "pump s4d in a group ",
                    "group other is judged by s4d-pump-1");
            assertThat(train(platform, folder, "chimera", "--series", ids, "--target", "temperature,flow", "--group", "other"))
                    .as(out.toString()).isZero();
            assertThat(out.toString()).contains("s4d-pump-1, at work now, does not forecast",
                    "group other is judged by chimera-temperature-flow-1");

            assertThat(train(platform, folder, "spacetime", "--series", Long.toString(id(series, "walk")), "--promote", "--set",
                    "modelDim=16")).isEqualTo(1);
            assertThat(out.toString()).contains("is registered but not put to work: its test MSE, ",
                    "is not below that of 'repeat last', ");
            assertThat(json(platform.url().resolve("/api/v1/series/" + id(series, "walk"))).path("promoted").isNull()).isTrue();

            assertThat(
                    train(platform, folder, "chimera", "--fields-of", "default/plant/pump", "--target", "flow,pressure", "--group", "pump"))
                    .isEqualTo(1);
            assertThat(out.toString()).contains("--step: expected PT2M, that of the group pump, but that of the table is PT1M.")
                    .doesNotContain("best of");
            assertThat(train(platform, folder, "chimera", "--series", ids, "--group", "other")).isEqualTo(1);
            assertThat(out.toString()).contains("--group: expected the series of other in their order, [default/plant/pump#temperature, ",
                    "or a name that no other series have, but was [walk, flow, temperature].").doesNotContain("best of");
            assertThat(train(platform, folder, "chimera", "--series", ids, "--step", "30s", "--group", "finer")).isEqualTo(1);
            assertThat(out.toString()).contains("at most 10 % of the values are missing", "but was 50 %").doesNotContain("best of");
            assertThat(train(platform, folder, "s4d", "--series", "1", "--promote", "--step", "2m")).isEqualTo(1);
            assertThat(out.toString()).contains("--step: expected none with --promote");
            assertThat(train(platform, folder, "s4d", "--series", "1", "--group", "my plant")).isEqualTo(1);
            assertThat(out.toString()).contains("--group: expected ", " but was my plant");
            assertThat(run(new TrainCommand(), "s4d", "--series", "1", "--url", "localhost:8080")).isEqualTo(1);
            assertThat(out.toString()).contains("--url: expected http://HOST:PORT but was localhost:8080");
            assertThat(train(platform, folder, "s4d", "--series", "4711")).isEqualTo(1);
            assertThat(out.toString()).contains(platform.url() + " answers 404: these series do not exist, nothing was changed: [4711]");
            assertThat(train(platform, folder, "s4d", "--series", ids, "--promote")).isEqualTo(1);
            assertThat(out.toString()).contains("--promote: expected one --series; a model of several serves a --group.");
        }
        assertThat(train(null, folder, "s4d", "--series", "1")).isEqualTo(1);
        assertThat(out.toString())
                .contains("no Longwave answers at http://127.0.0.1:1: start it (./longwave up) or name its address with --url.");
    }

    /** A forecaster, in a moment unless the arguments say otherwise. */
    private int train(@Nullable Platform platform, Path folder, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        Map.of("--lag", "48", "--horizon", "8", "--epochs", "3", "--data-dir", folder.toString(), "--url",
                platform == null ? "http://127.0.0.1:1" : platform.url().toString()).forEach((option, value) -> {
                    if (!all.contains(option)) {
                        all.addAll(List.of(option, value));
                    }
                });
        return run(new TrainCommand(), all.toArray(String[]::new));
    }

    private static String[] with(String[] arguments, String... others) {
        return Stream.concat(Arrays.stream(arguments), Arrays.stream(others)).toArray(String[]::new);
    }

    private int run(Object command, String... arguments) {
        out.getBuffer().setLength(0);
        return new CommandLine(command).setOut(new PrintWriter(out)).setErr(new PrintWriter(out))
                .execute(arguments);
    }

    /** Waves a minute apart, of which one has a gap, and a random walk. */
    private void write(Platform platform) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder lines = new StringBuilder();
        double walk = 0;
        for (int i = 0; i < ROWS; i++) {
            walk += random.nextGaussian();
            String pressure = i >= 500 && i < 520 ? "" : ",pressure=" + (Math.sin(i / 6.0) + 0.05 * random.nextGaussian());
            lines.append("pump walk=").append(walk).append(",flow=").append(Math.cos(i / 6.0)).append(",temperature=")
                    .append(20 + Math.sin(i / 30.0)).append(pressure)
                    .append(' ').append(START + 60L * i).append('\n');
        }
        HttpResponse<String> answer = http
                .send(HttpRequest.newBuilder(platform.ingestUrl().resolve("/api/v2/write?bucket=plant&precision=s"))
                        .POST(HttpRequest.BodyPublishers.ofString(lines.toString())).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    private long id(URI series, String field) {
        return json(series).valueStream().filter(one -> one.path("field").asString().equals(field)).findFirst().orElseThrow().path("id")
                .asLong();
    }

    private JsonNode json(URI address) {
        try {
            return JsonMapper.shared()
                    .readTree(http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(address.toString(), e);
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
