package io.longwave.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.train.TrainableModel.NamedTensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Training and measuring classifiers and reconstructors by the real command line, on tiny data sets of every layout. */
class ClassifyAndReconstructTest {

    /** A network small enough to train in a second or two. */
    private static final List<String> SMALL = List.of("--set", "width=8", "--set", "blocks=1", "--batch", "10", "--lr", "0.02",
            "--schedule",
            "constant", "--patience", "40");
    private static final List<String> WINDOWS = List.of("--window", "16");

    @TempDir
    private Path directory;
    private Path dataDirectory = Path.of("");

    private record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void prepare() {
        dataDirectory = directory.resolve("state");
    }

    private Path data(String layout) {
        return switch (layout) {
            case "ts" -> LabelledSets.ts(directory, "Ways");
            case "tsv" -> LabelledSets.tsv(directory, "Bumps");
            case "wav" -> LabelledSets.wav(directory.resolve("words"));
            case "wfdb" -> LabelledSets.wfdb(directory.resolve("records"));
            case "machines" -> LabelledSets.machines(directory.resolve("machines"));
            case "csv" -> LabelledSets.labelledCsv(directory);
            default -> throw new IllegalArgumentException(layout);
        };
    }

    @ParameterizedTest
    @CsvSource({"ts,ways,2", "tsv,bumps,1", "wav,words,1", "wfdb,records,11"})
    void trainRegistersAClassifierThatEvaluateMeasuresTheSameAgain(String layout, String name, int channels) throws IOException {
        Path json = directory.resolve("result.json");
        Path data = data(layout);
        Result trained = train("classify", data, List.of("--epochs", "5", "--json", json.toString()));
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        assertThat(trained.err()).contains("for training")
                .containsPattern("epoch 1, loss .*, validation cross-entropy .*, accuracy .*, macro F1");
        assertThat(trained.out()).contains("s4d-" + name + "-1: best of").contains("majority").contains("1-NN Euclidean")
                .contains("1-NN DTW").contains("true \\ given").contains("registered in");
        JsonNode report = JsonMapper.shared().readTree(json.toFile());
        assertThat(report.at("/result/test/accuracy").asDouble()).as(trained.out()).isGreaterThan(0.8);
        assertThat(report.at("/card/task").asString()).isEqualTo("classify");
        assertThat(report.at("/data/channels").asInt()).isEqualTo(channels);
        assertThat(report.at("/card/classes")).isEqualTo(report.at("/data/classes"));
        assertThat(unfinishedTrainings()).isEmpty();

        Path again = directory.resolve("again.json");
        Result evaluated = run(
                List.of("evaluate", "classify", "--checkpoint", "s4d-" + name + "-1", "--data", data.toString(), "--data-dir",
                        dataDirectory.toString(), "--json", again.toString()));
        assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
        JsonNode measured = JsonMapper.shared().readTree(again.toFile());
        assertThat(rounded(measured.at("/runs/0/test"))).isEqualTo(rounded(report.at("/result/test")));
        assertThat(measured.at("/baselines")).isEqualTo(report.at("/baselines"));
    }

    @ParameterizedTest
    @CsvSource({"ts,ways,Ways_TEST.ts", "tsv,bumps,Bumps_TEST.tsv", "wav,words,words", "wfdb,records,records/b1.hea"})
    void classifySaysOfTheTestPartWhatTrainingMeasured(String layout, String name, String recordings) throws IOException {
        Path json = directory.resolve("result.json");
        Result trained = train("classify", data(layout), List.of("--epochs", "3", "--json", json.toString()));
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        Path path = directory.resolve(recordings);
        Result classified = run(List.of("classify", "s4d-" + name + "-1", path.toString(), "--data-dir", dataDirectory.toString()));
        assertThat(classified.exitCode()).as(classified.err()).isZero();
        List<String> lines = classified.out().lines().toList();
        JsonNode report = JsonMapper.shared().readTree(json.toFile());
        List<String> classes = new ArrayList<>();
        report.at("/card/classes").forEach(one -> classes.add("p_" + one.asString()));
        assertThat(lines.getFirst()).isEqualTo("recording,number,seconds,label," + String.join(",", classes));
        List<String> truth = truth(layout, path);
        int right = 0;
        int tested = 0;
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",");
            if (layout.equals("wav") && fields[0].endsWith("_5.wav")) {
                continue; // the only index that was trained on
            }
            String expected = layout.equals("wav") ? fields[0].replaceAll("_.*", "") : truth.get(tested);
            assertThat(fields[2].isEmpty()).as(line).isEqualTo(!layout.equals("wfdb"));
            right += fields[3].equals(expected) ? 1 : 0;
            tested++;
        }
        assertThat(tested).isEqualTo(report.at("/data/test").asInt());
        assertThat((double) right / tested).isEqualTo(report.at("/result/test/accuracy").asDouble(), within(1e-12));
        assertThat(classified.err()).contains("s4d-" + name + "-1: ").contains((lines.size() - 1) + " answers");
        if (layout.equals("wfdb")) {
            String record = path.toString().replace(".hea", "");
            Result named = run(List.of("classify", "s4d-records-1", record + ".atr", record + ".dat", record + ".hea", "--data-dir",
                    dataDirectory.toString()));
            assertThat(named.out()).as("the files of a record are one recording").isEqualTo(classified.out());
        }
    }

    private static List<String> truth(String layout, Path path) throws IOException {
        return switch (layout) {
            case "ts" -> Files.readAllLines(path).stream().filter(line -> !line.startsWith("#") && !line.startsWith("@"))
                    .map(line -> line.replaceAll(".*:", "")).toList();
            case "tsv" -> Files.readAllLines(path).stream().map(line -> line.replaceAll("\\t.*", "")).toList();
            case "wfdb" -> IntStream.range(0, 30).mapToObj(beat -> beat % 3 == 2 ? "V" : "N").toList();
            default -> List.of();
        };
    }

    @Test
    void classifyGoesOnWhereARecordingCannotBeReadAndNamesWhatItWants() throws IOException {
        assertThat(train("classify", data("wav"), List.of("--epochs", "1")).exitCode()).isZero();
        Path mixed = Files.createDirectories(directory.resolve("mixed/deep"));
        Files.copy(directory.resolve("words/low_ann_0.wav"), mixed.resolve("a, \"b\".wav"));
        Files.writeString(mixed.resolve("broken.wav"), "RIFF");
        Files.writeString(mixed.resolve("notes.txt"), "no recording");
        Result result = run(
                List.of("classify", "s4d-words-1", directory.resolve("mixed").toString(), "--data-dir", dataDirectory.toString()));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out().lines()).hasSize(2).last().asString().startsWith("\"deep/a, \"\"b\"\".wav\",0,,");
        assertThat(result.err()).contains("broken.wav: expected a RIFF file of type WAVE but found 4 bytes")
                .contains("1 recordings, 1 answers, 1 could not be").doesNotContain("notes.txt");

        Path empty = Files.createDirectories(directory.resolve("empty"));
        for (String[] wrong : new String[][]{{"s4d-words-1", empty.toString(), "expected WAV files of 800 Hz but found none."},
                {"s4d-words-1", "nowhere", "nowhere: expected a file or folder but there is none."},
                {"s4d-none-1", empty.toString(), "expected a model 's4d-none-1' but found [s4d-words-1]"}}) {
            Result refused = run(List.of("classify", wrong[0], wrong[1], "--data-dir", dataDirectory.toString()));
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains(wrong[2]).doesNotContain("\tat ");
        }
        assertThat(train("reconstruct", data("csv"), List.of("--epochs", "1")).exitCode()).isZero();
        Result task = run(List.of("classify", "s4d-curve-1", empty.toString(), "--data-dir", dataDirectory.toString()));
        assertThat(task.err()).contains("expected a model of task classify but its task is reconstruct").doesNotContain("\tat ");
    }

    /** Without the last digits of the cross-entropy: sequences are padded to few lengths, which training chose without those for validation. */
    private static JsonNode rounded(JsonNode test) {
        ObjectNode copy = (ObjectNode) test.deepCopy();
        return copy.put("crossEntropy", "%.3e".formatted(test.get("crossEntropy").asDouble()));
    }

    @Test
    void evaluateTrainsWithEachSeedAndPrintsTheMedian() {
        Result result = evaluate("classify", data("tsv"), List.of("--seeds", "2", "--epochs", "2"));
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).containsPattern("(?m)^s4d seed 0 +[01]\\.[0-9]{4}").containsPattern("(?m)^s4d seed 1 +[01]\\.[0-9]{4}")
                .contains("median of 2 seeds: accuracy");
    }

    @Test
    void evaluateTestsEachFoldOnce() {
        Result result = evaluate("classify", data("tsv"), List.of("--folds", "3", "--epochs", "1"));
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).contains("s4d seed 0 fold 0").contains("s4d seed 0 fold 2").contains("s4d seed 0 all folds")
                .contains("majority fold 1").containsPattern("(?m)^1 +[0-9 ]+ +15 "); // each of the 45 rows once, 15 of a class
    }

    @Test
    void evaluateTestsEachGroupByAModelThatHasNotMetIt() {
        Result result = evaluate("classify", data("wav"), List.of("--leave-group-out", "--epochs", "1"));
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).contains("without ann").contains("without bob").contains("without cid").contains("without dan");
        assertThat(result.err()).contains("without ann: 2 classes, 1 channels").contains("12 for test");
    }

    @Test
    void trainRegistersAReconstructorForEachMachineThatEvaluateMeasuresTheSameAgain() throws IOException {
        Path json = directory.resolve("result.json");
        Path data = data("machines");
        Result trained = train("reconstruct", data, List.of("--epochs", "15", "--json", json.toString()));
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("s4d-m-1-1: best of").contains("s4d-m-2-1: best of").contains("VUS-PR")
                .contains("m-1 z score").contains("m-2 PCA residual").contains("s4d, mean of 2");
        JsonNode report = JsonMapper.shared().readTree(json.toFile());
        assertThat(report.at("/series").size()).isEqualTo(2);
        assertThat(report.at("/means/s4d/vusPr").asDouble()).as(trained.out()).isGreaterThan(report.at("/means/z score/vusPr").asDouble());
        assertThat(unfinishedTrainings()).isEmpty();

        Path again = directory.resolve("again.json");
        Result evaluated = run(concat(List.of("evaluate", "reconstruct", "--checkpoint", "s4d-m-2-1,s4d-m-1-1", "--data", data.toString(),
                "--data-dir", dataDirectory.toString(), "--json", again.toString()), WINDOWS));
        assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
        JsonNode measured = JsonMapper.shared().readTree(again.toFile());
        assertThat(measured.at("/means/s4d")).isEqualTo(report.at("/means/s4d"));
        assertThat(measured.at("/means/z score")).isEqualTo(report.at("/means/z score"));
    }

    @Test
    void rowsThatNobodyHasLabelledTrainAReconstructorOfWhichAlarmsAreMeasured() throws IOException {
        Path json = directory.resolve("result.json");
        Result trained = train("reconstruct", data("csv"),
                List.of("--unlabelled", "--target", "value", "--epochs", "1", "--json", json.toString()));
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        assertThat(trained.out()).containsPattern("test MSE [0-9.]+, of the mean [0-9.]+;").containsPattern("curve s4d +0\\.0000 +- ");
        JsonNode card = JsonMapper.shared().readTree(json.toFile()).at("/series/0/card");
        assertThat(card.at("/scaler/columns").size()).isOne();
        assertThat(card.at("/data/split/test").asInt()).as("a fifth").isEqualTo(Math.round(card.at("/data/rows").asInt() / 5.0));

        Result others = run(
                concat(List.of("evaluate", "reconstruct", "--unlabelled", "--checkpoint", "s4d-curve-1", "--data", data("csv").toString(),
                        "--data-dir", dataDirectory.toString()), WINDOWS));
        assertThat(others.err()).contains("s4d-curve-1: expected columns [value] but found [value, ").contains("name them with --target.");
    }

    @Test
    void oneMachineCanBeSelected() {
        Result result = train("reconstruct", data("machines"), List.of("--machine", "m-2", "--epochs", "1", "--name", "Hall"));
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).contains("s4d-hall-1: best of").doesNotContain("m-1 ").doesNotContain("mean of");
    }

    @Test
    void aCsvFileWithLabelsIsCutInTwo() {
        Result result = evaluate("reconstruct", data("csv"), List.of("--epochs", "2", "--seeds", "2", "--weights", "train_error"));
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).contains("s4d seed 0").contains("z score").contains("median of 2 seeds: mean VUS-PR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"classify", "reconstruct"})
    void aKilledTrainingResumesToTheSameBits(String task) throws IOException, InterruptedException {
        Path data = data(task.equals("classify") ? "wav" : "csv");
        List<String> options = List.of("--epochs", task.equals("classify") ? "6" : "15", "--seed", "5", "--averaging", "0.9", "--name",
                "x");
        Process process = new ProcessBuilder(concat(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                        "jdk.incubator.vector", "-Xmx512m", "-cp", System.getProperty("java.class.path"), Longwave.class.getName()),
                trainCommand(task, data, options)))
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

        String title = task.equals("classify") ? "s4d x" : "s4d curve";
        Result resumed = run(trainCommand(task, data, options));
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("resumes after").doesNotContain(title + ": epoch 1,");
        Result through = run(trainCommand(task, data, options));
        assertThat(through.err()).doesNotContain("resumes after").contains(title + ": epoch 1,");
        assertThat(bits("s4d-x-2")).isEqualTo(bits("s4d-x-1"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            classify|ts|--lag 5|--lag: expected only with --task forecast but the task is classify
            classify|ts|--window 5|--window: expected only with --task reconstruct but the task is classify
            reconstruct|csv|--balance 1|--balance: expected only with --task classify but the task is reconstruct
            classify|ts|--balance 2|power: expected 0 to 1 but was 2.0
            classify|ts|--validation-share 1|validation share: expected 0 or more and below 1 but was 1.0
            classify|ts|--set depth=3|--set depth: expected one of
            classify|wav|--test-indices 4|--test-indices: expected a range such as 0-4 but was '4'
            classify|wav|--test-groups eve|expected the test groups among [ann, bob, cid, dan] but was [eve]
            classify|wfdb|--test-list RECORDS|RECORDS: expected a file but there is none
            classify|csv|--epochs 1|curve.csv
            reconstruct|machines|--machine m-3|--machine: expected one of [m-1, m-2] but was 'm-3'
            reconstruct|machines|--window 100|training, validation and test have 240, 60 and 200 rows: expected at least the 100 rows of one window
            reconstruct|csv|--unlabelled --label-column label|--label-column: expected none with --unlabelled.
            classify|ts|--group plant|--group: expected only with --task forecast or reconstruct but the task is classify
            reconstruct|ts|--epochs 1|Ways_TEST.ts, line 1: expected a time column
            """)
    void saysInOneSentenceWhatCannotBeDone(String task, String layout, String options, String sentence) {
        Result result = train(task, data(layout), List.of(options.split(" ")));
        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).contains(sentence).doesNotContain("\tat ");
    }

    @Test
    void anEmptyFolderAndAnUnknownFamilyAreNamed() throws IOException {
        Path empty = Files.createDirectories(directory.resolve("empty"));
        assertThat(train("classify", empty, List.of()).err()).contains("NAME_TRAIN").contains("WAV").contains("WFDB");
        assertThat(train("reconstruct", empty, List.of()).err()).contains("expected folders train, test and test_label");
        Result family = run(List.of("train", "spacetime", "--task", "classify", "--data", data("tsv").toString()));
        assertThat(family.exitCode()).isEqualTo(1);
        assertThat(family.err()).contains("There is no family 'spacetime' that classifies; expected one of [").contains("s4d");
    }

    @Test
    void aModelOfAnotherDataSetIsRefused() {
        assertThat(train("classify", data("tsv"), List.of("--epochs", "1")).exitCode()).isZero();
        Result result = run(List.of("evaluate", "classify", "--checkpoint", "s4d-bumps-1", "--data", data("ts").toString(), "--data-dir",
                dataDirectory.toString()));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("expected 2 channels and classes [up, down]")
                .contains("the model has 1 channels and classes [1, 2, 3]");
        Result task = run(List.of("evaluate", "reconstruct", "--checkpoint", "s4d-bumps-1", "--data", data("csv").toString(), "--data-dir",
                dataDirectory.toString()));
        assertThat(task.exitCode()).isEqualTo(1);
        assertThat(task.err()).contains("[s4d-bumps-1]: expected models trained on a series of");
    }

    private Result train(String task, Path data, List<String> options) {
        return run(trainCommand(task, data, options));
    }

    private List<String> trainCommand(String task, Path data, List<String> options) {
        return concat(List.of("train", "s4d", "--task", task, "--data", data.toString(), "--data-dir", dataDirectory.toString()),
                settings(task, options), options);
    }

    private Result evaluate(String task, Path data, List<String> options) {
        return run(concat(
                List.of("evaluate", task, "--family", "s4d", "--data", data.toString(), "--data-dir", dataDirectory.toString()),
                settings(task, options), options));
    }

    private static List<String> settings(String task, List<String> options) {
        return task.equals("reconstruct") && !options.contains("--window") ? concat(SMALL, WINDOWS) : SMALL;
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
        return stored.weights().stream().map(ClassifyAndReconstructTest::bits).toList();
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
