package io.longwave.ssm.joint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.joint.JointState.RowJudgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.train.ForecastTask;
import io.longwave.train.ForecastTask.Part;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.Scaler;
import io.longwave.train.SeriesTable;
import io.longwave.train.Split;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainableModel;
import io.longwave.train.TrainableModel.NamedTensor;
import io.longwave.train.reconstruct.ReconstructorFamily;
import io.longwave.train.reconstruct.TrainableReconstructor;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class JointModelTest {
    private static final List<String> COLUMNS = List.of("load", "heat", "flow");
    private static final int LAG = 24;
    private static final int HORIZON = 6;
    private static final long MINUTE = 60_000_000_000L;
    private static final double[] LEVELS = {0.5, 0.9};
    /** Fitted to waves in closed form: a good forecaster without training. */
    private static final String FITTED = "chimera";

    @TempDir
    static Path directory = Path.of("");

    private static Scaler scaler = new Scaler(List.of(), List.of(), List.of());
    private static @Nullable StoredModel fitted;

    @BeforeAll
    static void fit() {
        double[][] rows = waves(1200, 1);
        double[][] values = new double[COLUMNS.size()][rows.length];
        for (int v = 0; v < values.length; v++) {
            for (int i = 0; i < rows.length; i++) {
                values[v][i] = rows[i][v];
            }
        }
        long[] times = IntStream.range(0, rows.length).mapToLong(i -> i * 60_000_000_000L).toArray();
        ForecastTask task = new ForecastTask(new SeriesTable(COLUMNS, COLUMNS, times, values, "00"), new Split(1000, 100, 100), LAG,
                HORIZON);
        scaler = task.scaler();
        ForecasterFamily family = ModelFamilies.forecaster(FITTED).orElseThrow();
        ObjectNode config = family.defaultConfig(LAG, HORIZON, COLUMNS.size());
        TrainableForecaster network = family.create(config, 3);
        network.prepare(task.windows(Part.TRAIN));
        network.setWeights(network.weights().stream().map(JointModelTest::withoutNetwork).toList());
        fitted = store(FITTED, ModelCard.FORECAST, config, network);
    }

    /** What is left is the linear map that was fitted; the network around it was not trained and would only add to the errors. */
    private static NamedTensor withoutNetwork(NamedTensor tensor) {
        return tensor.name().startsWith("head.") && !tensor.name().contains("skip")
                ? new NamedTensor(tensor.name(), tensor.shape(), new float[tensor.values().length])
                : tensor;
    }

    @ParameterizedTest
    @ValueSource(strings = {"chimera", "dss", "spacetime", "mamba"})
    void aRowIsExpectedToBeWhatTheNetworkMakesOfTheRowsBeforeIt(String family) {
        StoredModel stored = forecaster(family);
        JointModel model = JointModel.open(stored);
        assertThat(model.columns()).isEqualTo(COLUMNS);
        assertThat(model.longestHorizon()).isEqualTo(HORIZON);
        assertThat(model.trainedStepNanos()).isEqualTo(MINUTE);
        double[][] rows = waves(LAG + 20, 5);
        JointState state = model.newState();
        List<@Nullable RowJudgement> judgements = state.step(rows);
        assertThat(judgements.subList(0, LAG)).containsOnlyNulls();
        TrainableForecaster network = stored.forecaster(ModelFamilies.forecaster(family).orElseThrow());
        for (int r = LAG; r < rows.length; r++) {
            double[] ahead = ahead(network, rows, r)[0];
            RowJudgement judgement = Objects.requireNonNull(judgements.get(r));
            assertThat(judgement.expected()).as("row %d", r).containsExactly(ahead, within(1e-3));
            assertThat(judgement.score()).isBetween(0.0, 1.0);
            assertThat(Arrays.stream(judgement.contribution()).sum()).isEqualTo(1, within(1e-9));
        }
        List<Outlook> outlooks = Objects.requireNonNull(state.forecast(HORIZON, LEVELS, MINUTE));
        double[][] ahead = ahead(network, rows, rows.length);
        for (int v = 0; v < COLUMNS.size(); v++) {
            Outlook outlook = outlooks.get(v);
            assertThat(outlook.stepNanos()).isEqualTo(MINUTE);
            for (int h = 0; h < HORIZON; h++) {
                assertThat(outlook.mean()[h]).isEqualTo(ahead[h][v], within(1e-3));
                assertThat(outlook.lower()[1][h]).isLessThanOrEqualTo(outlook.lower()[0][h]).isLessThanOrEqualTo(outlook.mean()[h]);
                assertThat(outlook.upper()[1][h]).isGreaterThanOrEqualTo(outlook.upper()[0][h]).isGreaterThanOrEqualTo(outlook.mean()[h]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chimera", "s4d"})
    void aReconstructorExpectsTheRowThatItGivesBack(String name) {
        ReconstructorFamily family = ModelFamilies.reconstructor(name).orElseThrow();
        ObjectNode config = family.defaultConfig(LAG, COLUMNS.size());
        TrainableReconstructor network = family.create(config, 3);
        JointModel model = JointModel.open(store(name, ModelCard.RECONSTRUCT, config, network));
        double[][] rows = waves(LAG + 10, 5);
        JointState state = model.newState();
        List<@Nullable RowJudgement> judgements = state.step(rows);
        assertThat(judgements.subList(0, LAG - 1)).containsOnlyNulls();
        for (int r = LAG - 1; r < rows.length; r++) {
            float[] window = window(rows, r + 1);
            float[] back = new float[window.length];
            network.reconstruct(window, 1, back);
            double[] last = new double[COLUMNS.size()];
            for (int v = 0; v < last.length; v++) {
                last[v] = back[(LAG - 1) * last.length + v] * scaler.std().get(v) + scaler.mean().get(v);
            }
            assertThat(Objects.requireNonNull(judgements.get(r)).expected()).as("row %d", r).containsExactly(last, within(1e-3));
        }
        assertThat(model.longestHorizon()).isZero();
        assertThatThrownBy(() -> state.forecast(1, LEVELS, MINUTE)).hasMessageContaining("expected 1 to 0 but was 1");
    }

    @Test
    void rowsAreJudgedTheSameAloneAndTogetherAndAfterAStateWasWrittenAndReadAndCopied() {
        JointModel model = fitted();
        double[][] rows = waves(300, 9);
        rows[100][1] = Double.NaN;
        Arrays.fill(rows[150], Double.NaN);
        rows[200][2] += 40;
        List<@Nullable RowJudgement> together = model.newState().step(rows);
        JointState state = model.newState();
        SplittableRandom random = new SplittableRandom(3);
        int r = 0;
        while (r < rows.length) {
            int few = Math.min(rows.length - r, random.nextInt(1, 40));
            JointState left = state.copy();
            List<@Nullable RowJudgement> judgements = state.step(Arrays.copyOfRange(rows, r, r + few));
            for (int i = 0; i < few; i++) {
                assertSame(judgements.get(i), together.get(r + i), 1e-3);
            }
            List<@Nullable RowJudgement> again = model.readState(left.write()).step(Arrays.copyOfRange(rows, r, r + few));
            for (int i = 0; i < few; i++) {
                assertSame(again.get(i), judgements.get(i), 0);
            }
            assertThat(model.readState(state.write()).write()).isEqualTo(state.write());
            r += few;
        }
        assertThat(state.rowsJudged()).isEqualTo(300 - LAG - 1);
    }

    @Test
    void aSeriesThatLeavesTheOthersIsFoundAndNamed() {
        JointState state = fitted().newState();
        double[][] rows = waves(3000, 21);
        rows[2500][1] += 12; // four deviations of its noise, times ten
        List<@Nullable RowJudgement> judgements = state.step(rows);
        assertThat(alarms(judgements, 1000, 2500)).as("one row of a hundred, more or less").isBetween(3L, 40L);
        RowJudgement found = Objects.requireNonNull(judgements.get(2500));
        assertThat(found.score()).isGreaterThan(0.999);
        assertThat(found.contribution()[1]).isGreaterThan(0.8);
    }

    @Test
    void bandsHoldAsOftenAsTheySay() {
        JointState state = fitted().newState();
        double[][] rows = waves(4000, 33);
        state.step(Arrays.copyOf(rows, 2000));
        int[][] inside = new int[COLUMNS.size()][HORIZON];
        int asked = 0;
        int apart = 7; // a network knows some phases of the waves better than others
        for (int from = 2000; from + apart < rows.length; from += apart) {
            List<Outlook> outlooks = Objects.requireNonNull(state.forecast(HORIZON, new double[]{0.9}, MINUTE));
            asked++;
            for (int v = 0; v < inside.length; v++) {
                for (int h = 0; h < HORIZON; h++) {
                    double value = rows[from + h][v];
                    inside[v][h] += value >= outlooks.get(v).lower()[0][h] && value <= outlooks.get(v).upper()[0][h] ? 1 : 0;
                }
            }
            state.step(Arrays.copyOfRange(rows, from, from + apart));
        }
        for (int[] ofSeries : inside) {
            for (int count : ofSeries) {
                assertThat(count / (double) asked).isBetween(0.82, 0.97);
            }
        }
        assertThat(Objects.requireNonNull(state.forecast(1, new double[]{0.9}, MINUTE)).getFirst().achievedCoverage()[0]).isBetween(0.85,
                0.95);
    }

    @Test
    void anAnomalyIsNotLearnedWhileItLastsAndALastingChangeIsHowThingsAreInTheEnd() {
        JointState state = fitted().newState();
        double[][] rows = waves(6000, 77);
        SplittableRandom random = new SplittableRandom(5);
        for (int r = 2000; r < rows.length; r++) {
            if (r < 2300 || r >= 3000) { // no window of such rows is forecast well
                rows[r][0] += 15 * random.nextGaussian();
            }
        }
        List<@Nullable RowJudgement> judgements = state.step(rows);
        assertThat(alarms(judgements, 2200, 2300)).as("of an anomaly of 300 rows the last 100").isGreaterThan(70);
        assertThat(alarms(judgements, 2400, 3000)).as("of 600 as before").isLessThan(30);
        assertThat(alarms(judgements, 3100, 3500)).isGreaterThan(280);
        assertThat(alarms(judgements, 5000, 6000)).isLessThan(100);
    }

    private static long alarms(List<@Nullable RowJudgement> judgements, int from, int to) {
        return IntStream.range(from, to).filter(r -> Objects.requireNonNull(judgements.get(r)).score() >= 0.99).count();
    }

    @Test
    void aSeriesThatHasAValueNowAndThenIsHeardLikeTheOthers() {
        JointState state = fitted().newState();
        double[][] rows = waves(4000, 41);
        for (int r = 0; r < rows.length; r++) {
            rows[r][1] = r % 5 == 0 ? rows[r][1] : Double.NaN;
        }
        rows[3500][1] += 30;
        RowJudgement found = Objects.requireNonNull(state.step(rows).get(3500));
        assertThat(found.score()).isGreaterThan(0.999);
        assertThat(found.contribution()[1]).isGreaterThan(0.8);
    }

    @Test
    void whatIsMissingIsNotJudgedAndAlongGapBeginsAWindowOfItsOwn() {
        JointModel model = fitted();
        JointState state = model.newState();
        double[][] rows = waves(600, 4);
        state.step(Arrays.copyOf(rows, 400));
        rows[400][0] = Double.NaN;
        RowJudgement without = Objects.requireNonNull(state.step(new double[][]{rows[400]}).getFirst());
        assertThat(without.expected()[0]).isNaN();
        assertThat(without.contribution()[0]).isNaN();
        assertThat(without.contribution()[1] + without.contribution()[2]).isEqualTo(1, within(1e-9));
        assertThat(state.step(new double[][]{{Double.NaN, Double.NaN, Double.NaN}}).getFirst()).isNull();
        assertThat(state.step(new double[][]{rows[402]}).getFirst()).isNotNull();

        state.skip(LAG / 4 - 1);
        assertThat(state.step(new double[][]{rows[402 + LAG / 4]}).getFirst()).as("a quarter of the window may be missing").isNotNull();
        state.skip(1_000_000_000_000L);
        assertThat(state.forecast(1, LEVELS, MINUTE)).isNull();
        List<@Nullable RowJudgement> after = state.step(Arrays.copyOfRange(rows, 450, 500));
        int needed = LAG * 3 / 4;
        assertThat(after.subList(0, needed)).containsOnlyNulls();
        assertThat(after.subList(needed, after.size())).doesNotContainNull();
    }

    @Test
    void whatCannotBeAStateOrAModelIsRefusedWithWhatWasExpected() {
        JointModel model = fitted();
        byte[] state = model.newState().write();
        assertThatThrownBy(() -> model.readState(new byte[3])).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but was 3");
        byte[] other = state.clone();
        other[3] = 9;
        assertThatThrownBy(() -> model.readState(other)).hasMessageContaining("expected format mark 4c574a02 but was 4c574a09");
        byte[] larger = Arrays.copyOf(state, state.length + 4);
        assertThatThrownBy(() -> model.readState(larger)).hasMessageContaining("expected up to 24 rows of 3 series but was 0 of 3");
        assertThatThrownBy(() -> model.newState().step(new double[][]{{1, Double.POSITIVE_INFINITY, 1}}))
                .hasMessage("heat: expected a finite number but was Infinity");
        assertThat(model.newState().forecast(1, LEVELS, MINUTE)).as("warming up").isNull();
        StoredModel classifier = store("s4d", ModelCard.CLASSIFY, JsonNodeFactory.instance.objectNode(),
                ModelFamilies.forecaster("s4d").orElseThrow().create(ModelFamilies.forecaster("s4d").orElseThrow().defaultConfig(8, 2, 1),
                        1));
        assertThatThrownBy(() -> JointModel.open(classifier)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("expected a model of task forecast or reconstruct but its task is classify");
    }

    private static void assertSame(@Nullable RowJudgement found, @Nullable RowJudgement expected, double tolerance) {
        if (expected == null) {
            assertThat(found).isNull();
            return;
        }
        RowJudgement judgement = Objects.requireNonNull(found);
        assertThat(judgement.expected()).containsExactly(expected.expected(), within(tolerance));
        assertThat(judgement.contribution()).containsExactly(expected.contribution(), within(10 * tolerance));
        assertThat(judgement.score()).isEqualTo(expected.score(), within(10 * tolerance));
    }

    /** [H][V]: what the network itself makes of the rows before {@code end}, in the unit of the series. */
    private static double[][] ahead(TrainableForecaster network, double[][] rows, int end) {
        int variates = COLUMNS.size();
        float[] out = new float[HORIZON * variates];
        network.forecast(window(rows, end), 1, out);
        double[][] ahead = new double[HORIZON][variates];
        for (int i = 0; i < out.length; i++) {
            ahead[i / variates][i % variates] = out[i] * scaler.std().get(i % variates) + scaler.mean().get(i % variates);
        }
        return ahead;
    }

    private static float[] window(double[][] rows, int end) {
        int variates = COLUMNS.size();
        float[] window = new float[LAG * variates];
        for (int i = 0; i < window.length; i++) {
            window[i] = (float) ((rows[end - LAG + i / variates][i % variates] - scaler.mean().get(i % variates))
                    / scaler.std().get(i % variates));
        }
        return window;
    }

    private static JointModel fitted() {
        return JointModel.open(Objects.requireNonNull(fitted));
    }

    private static StoredModel forecaster(String name) {
        ForecasterFamily family = ModelFamilies.forecaster(name).orElseThrow();
        ObjectNode config = family.defaultConfig(LAG, HORIZON, COLUMNS.size());
        if (config.has("maxAverageWindow")) {
            config.put("maxAverageWindow", 12);
        }
        return store(name, ModelCard.FORECAST, config, family.create(config, 3));
    }

    private static StoredModel store(String family, String task, ObjectNode config, TrainableModel network) {
        return new ModelStore(directory).register(new ModelCard(1, "", family, "waves", task, Instant.EPOCH, 4, config,
                JsonNodeFactory.instance.objectNode(),
                new ModelCard.DataFingerprint(COLUMNS, 1200, "00", 60_000, new Split(1000, 100, 100)), scaler, Map.of()),
                network.weights());
    }

    /** [rows][V]: three series of one rhythm, each with noise of its own. */
    private static double[][] waves(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<double[]> waves = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            double[] row = new double[COLUMNS.size()];
            for (int v = 0; v < row.length; v++) {
                row[v] = 100 * (v + 1) + 5 * Math.sin(2 * Math.PI * (i + 3.0 * v) / 12) + 0.3 * random.nextGaussian();
            }
            waves.add(row);
        }
        return waves.toArray(double[][]::new);
    }
}
