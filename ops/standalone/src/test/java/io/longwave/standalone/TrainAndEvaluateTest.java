package io.longwave.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.train.TrainableModel.NamedTensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrainAndEvaluateTest {

    /** A network small enough to train in a second. */
    private static final List<String> SMALL = List.of("--lag", "24", "--set", "modelDim=16", "--set", "encoderStateSize=4", "--set",
            "decoderStateSize=4", "--set", "maxAverageWindow=8", "--batch", "20", "--lr", "0.003", "--schedule", "constant");

    @TempDir
    private Path directory;
    private Path data = Path.of("");
    private Path dataDirectory = Path.of("");

    private record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void writeData() throws IOException {
        dataDirectory = directory.resolve("state");
        data = directory.resolve("signals.csv");
        SplittableRandom random = new SplittableRandom(1);
        DateTimeFormatter format = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
        StringBuilder text = new StringBuilder("date,load,flow\n");
        for (int i = 0; i < 400; i++) {
            text.append(String.format(Locale.ROOT, "%s,%.4f,%.4f%n", LocalDateTime.of(2024, 1, 1, 0, 0).plusHours(i).format(format),
                    20 + 5 * Math.sin(2 * Math.PI * i / 24) + 0.3 * random.nextGaussian(), i % 24 + 0.1 * random.nextGaussian()));
        }
        Files.writeString(data, text);
    }

    @Test
    void trainRegistersAModelThatEvaluateMeasuresTheSameAgain() throws IOException {
        Path json = directory.resolve("result.json");
        Result trained = train("--target", "load", "--horizon", "6", "--epochs", "3", "--name", "Plant A", "--json", json.toString());
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("spacetime-plant-a-1: best of 3 epochs").contains("repeat last").contains("seasonal repeat")
                .contains("ridge");
        assertThat(trained.err()).contains("spacetime 6: epoch 1, loss");
        JsonNode report = JsonMapper.shared().readTree(json.toFile());
        assertThat(report.at("/card/data/rows").asInt()).isEqualTo(400);
        assertThat(report.at("/result/training/history").size()).isEqualTo(3);
        assertThat(unfinishedTrainings()).isEmpty();
        StoredModel registered = new ModelStore(dataDirectory.resolve("models")).open("spacetime-plant-a-1");
        assertThat(ModelFamilies.streaming(registered).id()).as("can be promoted").isEqualTo("spacetime-plant-a-1");

        Path again = directory.resolve("again.json");
        Result evaluated = evaluate("--checkpoint", "spacetime-plant-a-1", "--json", again.toString());
        assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
        JsonNode measured = JsonMapper.shared().readTree(again.toFile()).at("/horizons/0");
        assertThat(measured.at("/horizon").asInt()).isEqualTo(6);
        assertThat(measured.at("/runs/0/test")).isEqualTo(report.at("/result/test"));
        assertThat(measured.at("/baselines")).isEqualTo(report.at("/baselines"));
    }

    @Test
    void anomaliesOfAFileAreFoundByTheOnlineModelAndByAStoredOne() throws Exception {
        Path file = directory.resolve("incident.csv");
        StringBuilder csv = new StringBuilder("time,load,still\n");
        for (int i = 0; i < 600; i++) {
            double value = Math.sin(i * 12.9898) + Math.sin(i * 2 * Math.PI / 24) + (i >= 500 && i < 503 ? 50 : 0);
            csv.append(Instant.ofEpochSecond(1_700_000_000L + 3600L * i)).append(',').append(value).append(",5\n");
        }
        Files.writeString(file, csv);
        List<String> ask = List.of("--data", file.toString(), "--data-dir", dataDirectory.toString());
        Result online = run(concat(List.of("score", "online"), ask));
        assertThat(online.exitCode()).as(online.err()).isZero();
        List<String> found = online.out().lines().toList();
        assertThat(found.getFirst()).isEqualTo("column,time,timeEnd,values,peakTime,peakScore,peakValue,expected");
        assertThat(found.subList(1, found.size())).hasSize(1).first().asString()
                .matches(
                        "load,2023-12-05T18:13:20Z,2023-12-05T2[0-2]:13:20Z,[3-5],2023-12-05T\\d\\d:13:20Z,0\\.9999\\d*,[-0-9.]+,[-0-9.]+");

        Result each = run(concat(List.of("score", "online", "--target", "load", "--values", "--levels", "0.5,0.9"), ask));
        List<String> lines = each.out().lines().toList();
        assertThat(lines).hasSize(601).first().isEqualTo("time,column,value,expected,score,lo-50,hi-50,lo-90,hi-90");
        assertThat(lines.get(1)).matches("2023-11-14T22:13:20Z,load,[-0-9.E]+,,,,,,");
        assertThat(lines.get(501)).matches("2023-12-05T18:13:20Z,load(,-?[0-9.E-]+){7}");

        assertThat(train("--target", "load", "--horizon", "6", "--epochs", "1", "--name", "score").exitCode()).isZero();
        Result stored = run(concat(List.of("score", "spacetime-score-1"), ask));
        assertThat(stored.exitCode()).as(stored.err()).isZero();
        assertThat(stored.out()).contains("load,2023-12-05T18:13:20Z,");

        assertThat(run(concat(List.of("score", "online", "--levels", "0.9"), ask)).err()).contains("--levels: expected --values beside it");
        assertThat(run(concat(List.of("score", "online", "--threshold", "2"), ask)).err())
                .contains("anomaly threshold: expected a number between 0 and 1 but was 2.0");
        Files.writeString(file, String.join("\n", csv.toString().lines().limit(11).toList()));
        Result few = run(concat(List.of("score", "online", "--target", "load"), ask));
        assertThat(few.exitCode()).isEqualTo(1);
        assertThat(few.err()).contains("incident.csv, column load: expected more values: online-1 judged none of 10");
    }

    @Test
    void theRowsOfAFileAreForecastByTheOnlineModelAndByAStoredOne() throws IOException {
        List<String> ask = List.of("--data", data.toString(), "--data-dir", dataDirectory.toString(), "--levels", "0.9");
        Result online = run(concat(List.of("forecast", "online", "--target", "load", "--horizon", "2"), ask));
        assertThat(online.exitCode()).as(online.err()).isZero();
        assertThat(online.out().lines()).hasSize(3).first().isEqualTo("time,column,mean,lo-90,hi-90");
        assertThat(online.out().lines().skip(1)).allMatch(line -> line.matches("[-0-9T:]+Z,load(,-?[0-9.E-]+){3}"));

        assertThat(train("--target", "load", "--horizon", "6", "--epochs", "1", "--name", "a").exitCode()).isZero();
        Result stored = run(concat(List.of("forecast", "spacetime-a-1", "--horizon", "6"), ask));
        assertThat(stored.exitCode()).as(stored.err()).isZero();
        assertThat(stored.out().lines()).hasSize(7);
        assertThat(stored.out().lines().skip(1)).allMatch(line -> line.contains(",load,"));
        assertThat(stored.err()).doesNotContain("apart");
        Path daily = Files.writeString(directory.resolve("daily.csv"), "date,load\n" + IntStream.range(0, 60)
                .mapToObj(day -> LocalDate.of(2024, 1, 1).plusDays(day) + "," + day % 7 + "\n").collect(Collectors.joining()));
        Result rhythm = run(List.of("forecast", "spacetime-a-1", "--data", daily.toString(), "--horizon", "6", "--data-dir",
                dataDirectory.toString()));
        assertThat(rhythm.exitCode()).as(rhythm.err()).isZero();
        assertThat(rhythm.err())
                .contains("daily.csv: expected rows PT1H apart, as those that spacetime-a-1 was trained on, but found PT24H");

        Result unknown = run(concat(List.of("forecast", "spacetime-b-1"), ask));
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("spacetime-b-1");
        Result level = run(List.of("forecast", "online", "--data", data.toString(), "--levels", "90"));
        assertThat(level.exitCode()).isEqualTo(2);
        assertThat(level.err()).contains("--levels: expected numbers between 0 and 1 but was 90.0");
        Result horizon = run(concat(List.of("forecast", "online", "--horizon", "0"), ask));
        assertThat(horizon.exitCode()).isEqualTo(2);
        assertThat(horizon.err()).contains("--horizon: expected at least 1 but was 0");
        Result column = run(concat(List.of("forecast", "online", "--target", "nothing"), ask));
        assertThat(column.exitCode()).isEqualTo(1);
        assertThat(column.err()).contains("expected a column 'nothing'");
    }

    @Test
    void aModelOfSeveralColumnsTakesThemInItsOwnOrderAndARowOfADoubledTimeIsLeftOut() throws IOException {
        Path two = directory.resolve("two.csv");
        StringBuilder rows = new StringBuilder("time,b,a\n");
        for (int i = 0; i < 400; i++) {
            rows.append(Instant.EPOCH.plusSeconds(3600L * i)).append(',').append(20 + Math.sin(i / 4.0)).append(',')
                    .append(500 + 9 * Math.cos(i / 4.0)).append('\n');
            if (i == 390) {
                rows.append(Instant.EPOCH.plusSeconds(3600L * i)).append(",1e6,1e6\n");
            }
        }
        Files.writeString(two, rows.toString());
        Result trained = run(
                List.of("train", "chimera", "--data", two.toString(), "--target", "a,b", "--lag", "24", "--horizon", "4", "--epochs", "1",
                        "--name", "two", "--data-dir", dataDirectory.toString(), "--set", "width=4"));
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        Result plain = run(List.of("forecast", "chimera-two-1", "--data", two.toString(), "--data-dir", dataDirectory.toString()));
        assertThat(plain.exitCode()).as(plain.err()).isZero();
        assertThat(plain.out().lines()).hasSize(1 + 2 * 4).first().isEqualTo("time,column,mean");
        Result turned = run(
                List.of("forecast", "chimera-two-1", "--data", two.toString(), "--target", "b,a", "--data-dir", dataDirectory.toString()));
        assertThat(turned.out()).isEqualTo(plain.out());
        for (String line : plain.out().lines().skip(1).toList()) {
            double mean = Double.parseDouble(line.split(",", -1)[2]);
            assertThat(mean).as(line).isBetween(line.contains(",a,") ? 400.0 : 10.0, line.contains(",a,") ? 600.0 : 30.0);
        }
        Result other = run(
                List.of("forecast", "chimera-two-1", "--data", two.toString(), "--target", "b", "--data-dir", dataDirectory.toString()));
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).contains("--target: expected the columns that chimera-two-1 was trained on, a,b, but was b");
    }

    @Test
    void evaluateTrainsEachHorizonWithEachSeedAndPrintsTheMedian() {
        Result result = run(concat(
                List.of("evaluate", "forecast", "--family", "spacetime", "--data", data.toString(), "--all", "--horizon", "3,6",
                        "--seeds", "2", "--epochs", "1", "--data-dir", dataDirectory.toString()),
                withoutOverridden(List.of("modelDim=32")), List.of("--set", "modelDim=32")));
        assertThat(result.exitCode()).as(result.err()).isZero();
        for (String horizon : List.of("3", "6")) {
            for (String forecaster : List.of("spacetime seed 0", "spacetime seed 1", "spacetime median", "repeat last", "window mean",
                    "seasonal repeat", "ridge")) {
                assertThat(result.out()).containsPattern("(?m)^ +" + horizon + "  " + forecaster + " +[0-9]\\.[0-9]{4} +[0-9]\\.[0-9]{4}");
            }
        }
    }

    @Test
    void aKilledTrainingResumesToTheSameBits() throws IOException, InterruptedException {
        List<String> options = List.of("--target", "load", "--horizon", "6", "--epochs", "40", "--patience", "40", "--seed", "5");
        Process process = new ProcessBuilder(concat(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                        "jdk.incubator.vector", "-Xmx256m", "-cp", System.getProperty("java.class.path"), Longwave.class.getName()),
                trainCommand(options)))
                .redirectErrorStream(true).start();
        List<String> heard = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard.add(line);
                if (line.contains("epoch 3,")) {
                    process.destroyForcibly(); // SIGKILL: no hook runs
                    break;
                }
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(heard).anyMatch(line -> line.contains("epoch 3,"));
        assertThat(new ModelStore(dataDirectory.resolve("models")).list().models()).isEmpty();
        assertThat(unfinishedTrainings()).hasSize(1);

        Result resumed = run(trainCommand(options));
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("resumes after").doesNotContain("epoch 1,");
        List<String> killed = bits("spacetime-load-1");

        Result through = run(trainCommand(options));
        assertThat(through.err()).doesNotContain("resumes after").contains("epoch 1,");
        assertThat(bits("spacetime-load-2")).isEqualTo(killed);
    }

    @Test
    void aTruncatedCheckpointIsOneSentenceWithItsSizes() throws IOException {
        train("--target", "load", "--horizon", "6", "--epochs", "1");
        Path weights = dataDirectory.resolve("models/spacetime-load-1/weights.safetensors");
        byte[] whole = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
        Result result = evaluate("--checkpoint", "spacetime-load-1");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("expected " + whole.length + " bytes but the file has " + whole.length / 2)
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --target pressure --horizon 6|expected a column 'pressure' but found [date, load, flow]
            --target load --horizon 6 --split 300,50|expected three numbers of rows as in 8640,2880,2880 but was '300,50'
            --target load --horizon 6 --split 300,50,60|the split needs 410 rows but the file has 400
            --target load --horizon 90|validation has 40 rows but one window needs 90
            --target load --horizon 6 --set width=3|--set width: expected one of
            --target load --horizon 6 --set dropout=high|--set dropout: expected a value like 0.25 but was 'high'
            --target load --horizon 6 --set modelDim=17|model width: expected a multiple of 8 but was 17
            --target load --horizon 6 --epochs 0|maxEpochs must be at least 1: 0
            --target load --horizon 6 --batch 1000|a batch needs 1000 training windows but there are 251
            """)
    void saysInOneSentenceWhatCannotBeDone(String options, String sentence) {
        Result result = train(options.split(" "));
        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).contains(sentence).doesNotContain("\tat ");
    }

    @Test
    void anUnknownFamilyAndAMissingTargetAreNamed() {
        Result family = run(List.of("train", "s5", "--data", data.toString(), "--target", "load"));
        assertThat(family.exitCode()).isEqualTo(1);
        assertThat(family.err()).contains("There is no family 's5' that forecasts; expected one of [spacetime");
        Result target = run(List.of("train", "spacetime", "--data", data.toString()));
        assertThat(target.exitCode()).isEqualTo(2);
        assertThat(target.err()).contains("--target").contains("--all");
    }

    private Result train(String... options) {
        return run(trainCommand(List.of(options)));
    }

    /** Later options win, so a case can change what {@link #SMALL} sets. */
    private List<String> trainCommand(List<String> options) {
        return concat(List.of("train", "spacetime", "--data", data.toString(), "--data-dir", dataDirectory.toString()),
                withoutOverridden(options), options);
    }

    private static List<String> withoutOverridden(List<String> options) {
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < SMALL.size(); i += 2) {
            String name = SMALL.get(i);
            String value = SMALL.get(i + 1);
            boolean overridden = name.equals("--set")
                    ? options.stream().anyMatch(option -> option.startsWith(value.substring(0, value.indexOf('=') + 1)))
                    : options.contains(name);
            if (!overridden) {
                kept.add(name);
                kept.add(value);
            }
        }
        return kept;
    }

    private Result evaluate(String... options) {
        return run(concat(
                List.of("evaluate", "forecast", "--family", "spacetime", "--data", data.toString(), "--target", "load", "--lag", "24",
                        "--data-dir", dataDirectory.toString()),
                List.of(options)));
    }

    private static Result run(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Longwave.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return new Result(line.execute(arguments.toArray(String[]::new)), out.toString(), err.toString());
    }

    private List<String> bits(String model) {
        StoredModel stored = new ModelStore(dataDirectory.resolve("models")).open(model);
        return stored.weights().stream().map(TrainAndEvaluateTest::bits).toList();
    }

    private static String bits(NamedTensor tensor) {
        int[] raw = new int[tensor.values().length];
        Arrays.setAll(raw, i -> Float.floatToRawIntBits(tensor.values()[i]));
        return tensor.name() + tensor.shape() + Arrays.toString(raw);
    }

    private List<Path> unfinishedTrainings() throws IOException {
        try (Stream<Path> files = Files.list(dataDirectory.resolve("training"))) {
            return files.filter(file -> file.toString().endsWith(".safetensors")).toList();
        }
    }

    @SafeVarargs
    private static List<String> concat(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }
}
