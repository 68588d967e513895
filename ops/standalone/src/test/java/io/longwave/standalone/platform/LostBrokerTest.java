package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.standalone.doctor.DoctorCommand;
import io.longwave.standalone.stream.StreamCommand;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A broker that begins anew beside a database that does not: nothing is read until a person has decided so. */
class LostBrokerTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final HttpClient http = HttpClient.newHttpClient();
    private final StringWriter out = new StringWriter();

    @Test
    void aStreamThatBeginsAnewWaitsForItsRepair(@TempDir Path folder) throws Exception {
        int port = FreePorts.block();
        try (Platform platform = Platform.start(PlatformConfig.embedded(folder, port))) {
            write(platform, "m v=1 1772323200");
            await("the first point", platform, "/api/v1/series", "\"lastValue\":1.0");
            assertThat(repair(folder, port)).isZero();
            assertThat(out.toString()).contains("All positions fit the log; there is nothing to repair.");
        }
        assertThat(FileSystemUtils.deleteRecursively(folder.resolve("kafka"))).isTrue();
        try (Platform platform = Platform.start(PlatformConfig.embedded(folder, port))) {
            write(platform, "m v=2 1772323260");
            URI health = URI.create("http://127.0.0.1:" + (port + 2) + "/actuator/health");
            awaitBody("the sentence", health, "Kafka is another cluster, so the stored position of partition ");
            assertThat(repair(folder, port)).isZero();
            assertThat(out.toString()).contains(
                    "will go on at offset 0 instead of the one of another topic, which was deleted or of another cluster; ",
                    "Nothing was changed; --yes does it.");
            assertThat(body(platform.url().resolve("/api/v1/series"))).contains("\"lastValue\":1.0");
            assertThat(repair(folder, port, "--yes")).isZero();
            assertThat(out.toString()).contains("Repaired; start Longwave again");
        }
        try (Platform platform = Platform.start(PlatformConfig.embedded(folder, port))) {
            await("the second point", platform, "/api/v1/series", "\"lastValue\":2.0");
        }
    }

    @Test
    void theDoctorSaysHowManySeriesOfWhichModelFit(@TempDir Path folder) {
        ForecasterFamily family = ModelFamilies.forecaster("s4d").orElseThrow();
        ObjectNode config = family.defaultConfig(24, 6, 1);
        ObjectNode none = JsonMapper.shared().createObjectNode();
        for (int number = 1; number <= 2; number++) {
            ModelCard card = new ModelCard(ModelCard.FORMAT, "", "s4d", "load", ModelCard.FORECAST, Instant.EPOCH.plusSeconds(number), 0,
                    config,
                    none, new ModelCard.DataFingerprint(List.of("load"), 100, "00", 60_000, new Split(60, 20, 20)),
                    new Scaler(List.of("load"), List.of(0.0), List.of(1.0)), Map.of());
            new ModelStore(folder.resolve("models")).register(card, family.create(config, number).weights());
        }
        run(new DoctorCommand(), "--data-dir", folder.toString(), "--port", Integer.toString(FreePorts.block()));
        assertThat(out.toString())
                .containsPattern("Series +about [0-9]{2},[0-9]{3} of online-1 stay in the platform's memory, 4,[0-9]{3} bytes each")
                .containsPattern("or about [0-9,]+ of s4d-load-2 stay in the platform's memory, [0-9]{2},[0-9]{3} bytes each")
                .doesNotContain("s4d-load-1");
    }

    private int repair(Path folder, int port, String... more) {
        return run(new StreamCommand(), Stream
                .concat(Stream.of("repair", "--data-dir", folder.toString(), "--port", Integer.toString(port)), Stream.of(more))
                .toArray(String[]::new));
    }

    private int run(Object command, String... arguments) {
        out.getBuffer().setLength(0);
        return new CommandLine(command).setOut(new PrintWriter(out)).setErr(new PrintWriter(out)).execute(arguments);
    }

    private void write(Platform platform, String line) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(platform.ingestUrl().resolve("/api/v2/write?bucket=b&precision=s"))
                .POST(HttpRequest.BodyPublishers.ofString(line)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    private void await(String what, Platform platform, String path, String text) throws IOException, InterruptedException {
        awaitBody(what, platform.url().resolve(path), text);
    }

    private void awaitBody(String what, URI address, String text) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!body(address).contains(text)) {
            assertThat(System.nanoTime()).as("%s in %s", what, body(address)).isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    private String body(URI address) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString()).body();
    }
}
