package io.longwave.ssm.windowed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.kernel.WindowCentring;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainableModel.NamedTensor;
import io.longwave.train.TrainableModel.OptimizerStep;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What every network trained on windows does in a stream, whatever its family. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class WindowedModelContract {
    protected static final int LAG = 36;
    protected static final int HORIZON = 8;
    private static final double MEAN = 200;
    private static final double STD = 5;
    private static final long MINUTE = 60_000_000_000L;

    private final ForecasterFamily family = ModelFamilies.forecaster(name()).orElseThrow();
    private Path directory = Path.of("");
    private StoredModel stored = new StoredModel(card(config(), 1), Path.of(""));
    private StreamingModel model = new io.longwave.ssm.online.OnlineModel();

    /** Of the family. */
    protected abstract String name();

    /** Sizes of a network that learns in seconds: changes to the family's defaults. */
    protected abstract void small(ObjectNode config);

    /** Makes the network wider than its weights. @return what is said of them then */
    protected abstract String widen(ObjectNode config);

    @BeforeAll
    void train(@TempDir Path folder) {
        directory = folder; // a static field would be that of whichever family began last: classes run side by side
        TrainableForecaster network = family.create(config(), 4);
        int windows = 400;
        float[] rows = new float[windows + LAG + HORIZON];
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) ((wave(i) - MEAN) / STD + 0.05 * random.nextGaussian());
        }
        int size = LAG + HORIZON;
        float[] batch = new float[32 * size];
        for (int step = 0; step < 300; step++) {
            for (int b = 0; b < 32; b++) {
                System.arraycopy(rows, random.nextInt(windows), batch, b * size, size);
            }
            network.trainStep(batch, 32, new OptimizerStep(3e-3, 1e-4));
        }
        stored = new ModelStore(directory).register(card(config(), 1), network.weights());
        model = ModelFamilies.streaming(stored);
    }

    private ObjectNode config() {
        ObjectNode config = family.defaultConfig(LAG, HORIZON, 1).put("offset", "MEAN").put("scaleAugmentation", 0);
        small(config);
        return config;
    }

    private ModelCard card(ObjectNode config, int columns) {
        List<String> names = List.of("load", "flow").subList(0, columns);
        Scaler scaler = new Scaler(names, names.stream().map(_ -> MEAN).toList(), names.stream().map(_ -> STD).toList());
        return new ModelCard(1, "", name(), "wave", ModelCard.FORECAST, Instant.EPOCH, 4, config,
                JsonNodeFactory.instance.objectNode(), new ModelCard.DataFingerprint(names, 500, "00", 60_000, new Split(300, 100, 100)),
                scaler, Map.of());
    }

    private static double wave(int i) {
        return MEAN + STD * Math.sin(2 * Math.PI * i / 12);
    }

    private static double[] noisyWave(int length, double noise, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = wave(i) + noise * STD * random.nextGaussian();
        }
        return values;
    }

    private SeriesState fed(double[] values) {
        SeriesState state = model.newState();
        for (int i = 0; i < values.length; i++) {
            state.step(i * MINUTE, values[i]);
        }
        return state;
    }

    /** The mean path two deviations higher at the last step of the horizon. */
    private List<NamedTensor> liftedWeights() {
        List<NamedTensor> lifted = new ArrayList<>(stored.weights());
        lifted.replaceAll(tensor -> {
            float[] values = tensor.values().clone();
            if (tensor.name().equals("output.mean_path")) {
                values[HORIZON - 1] += 2;
            }
            return new NamedTensor(tensor.name(), tensor.shape(), values);
        });
        return lifted;
    }

    private static Outlook outlook(SeriesState state, int horizon) {
        return Objects.requireNonNull(state.forecast(horizon, new double[]{0.9}));
    }

    @Test
    void servesUnderTheIdOfTheStoredModel() {
        assertThat(model.id()).isEqualTo(name() + "-wave-1");
    }

    @Test
    void warmsUpUntilItHasSeenItsLag() {
        double[] values = noisyWave(LAG + 1, 0.05, 1);
        SeriesState state = model.newState();
        for (int i = 0; i < LAG; i++) {
            assertThat(state.forecast(1, new double[]{0.5})).isNull();
            assertThat(state.step(i * MINUTE, values[i])).isNull();
        }
        assertThat(state.samplesSeen()).isEqualTo(LAG);
        assertThat(state.forecast(HORIZON, new double[]{0.5})).isNotNull();
        assertThat(state.step(LAG * MINUTE, values[LAG])).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(WindowCentring.Offset.class)
    void aForecastIsThatOfTheStoredForecasterOnTheLastValues(WindowCentring.Offset offset) {
        ObjectNode config = config().put("offset", offset.name());
        StoredModel other = new ModelStore(directory.resolve(offset.name())).register(card(config, 1), liftedWeights());
        TrainableForecaster forecaster = other.forecaster(family);
        SeriesState state = ModelFamilies.streaming(other).newState();
        double[] values = noisyWave(3 * LAG, 0.2, 3);
        for (int i = 0; i < values.length; i++) {
            state.step(i * MINUTE, values[i]);
            if (i + 1 < LAG) {
                continue;
            }
            float[] window = new float[LAG];
            for (int t = 0; t < LAG; t++) {
                window[t] = (float) ((values[i + 1 - LAG + t] - MEAN) / STD);
            }
            float[] expected = new float[HORIZON];
            forecaster.forecast(window, 1, expected);
            double[] found = outlook(state, HORIZON).mean();
            for (int h = 0; h < HORIZON; h++) {
                // the forecaster computes in 32 bits
                assertThat((found[h] - MEAN) / STD).as("after %d, step %d", i, h).isCloseTo(expected[h], Offset.offset(1e-4));
            }
        }
    }

    @Test
    void aModelAroundTheLastValueJudgesByAFreshWindow() {
        StoredModel other = new ModelStore(directory.resolve("last")).register(card(config().put("offset", "LAST"), 1), stored.weights());
        SeriesState state = ModelFamilies.streaming(other).newState();
        double[] values = noisyWave(3 * LAG, 0.2, 3);
        for (int i = 0; i < values.length; i++) {
            double expected = i < LAG ? Double.NaN : outlook(state, 1).mean()[0];
            Judgement judgement = state.step(i * MINUTE, values[i]);
            if (judgement != null) {
                assertThat(judgement.predicted()).as("sample %d", i).isEqualTo(expected);
            }
        }
    }

    @Test
    void theMeanPathIsAddedToForecastsAndHeldBeyondTheHorizon() {
        StreamingModel other = ModelFamilies
                .streaming(new ModelStore(directory.resolve("lifted")).register(card(config(), 1), liftedWeights()));
        double[] values = noisyWave(60, 0.05, 5);
        SeriesState state = other.newState();
        for (int i = 0; i < values.length; i++) {
            state.step(i * MINUTE, values[i]);
        }
        double[] plain = outlook(fed(values), HORIZON + 1).mean();
        double[] lifted = outlook(state, HORIZON + 1).mean();
        for (int h = 0; h < HORIZON - 1; h++) {
            assertThat(lifted[h]).isEqualTo(plain[h]);
        }
        assertThat(lifted[HORIZON - 1] - plain[HORIZON - 1]).isCloseTo(2 * STD, Offset.offset(1e-3));
        assertThat(lifted[HORIZON] - plain[HORIZON]).isGreaterThan(STD);
    }

    @Test
    void aLongerForecastBeginsLikeTheShorterOneAndStaysInReach() {
        SeriesState state = fed(noisyWave(100, 0.05, 6));
        double[] trained = outlook(state, HORIZON).mean();
        Outlook longer = outlook(state, 2000);
        assertThat(Arrays.copyOf(longer.mean(), HORIZON)).containsExactly(trained);
        double lowest = Arrays.stream(trained).min().orElseThrow();
        double highest = Arrays.stream(trained).max().orElseThrow();
        double reach = 0.25 * (highest - lowest);
        assertThat(Arrays.stream(longer.mean()).boxed())
                .allSatisfy(x -> assertThat(x).isBetween(lowest - reach - 1e-9, highest + reach + 1e-9));
        assertThat(Arrays.stream(longer.lower()[0]).boxed()).allSatisfy(x -> assertThat(x).isFinite());
        assertThat(longer.upper()[0][1999]).isGreaterThan(longer.upper()[0][0] - longer.mean()[0] + longer.mean()[1999]);
    }

    @Test
    void isBetterThanTheLastValueOnTheSeriesItWasTrainedOn() {
        double[] values = noisyWave(400, 0.05, 7);
        SeriesState state = model.newState();
        double error = 0;
        double repeat = 0;
        for (int i = 0; i < values.length; i++) {
            Judgement judgement = state.step(i * MINUTE, values[i]);
            if (judgement != null) {
                error += Math.abs(judgement.predicted() - values[i]);
                repeat += Math.abs(values[i - 1] - values[i]);
            }
        }
        System.out.printf("one-step error against repeating the last value: %.3f%n", error / repeat);
        assertThat(error).isLessThan(0.5 * repeat);
    }

    @Test
    void splittingAStreamAnywhereGivesTheSameBits() {
        double[] values = noisyWave(3 * LAG, 0.2, 8);
        values[70] += 9 * STD;
        List<Judgement> expected = new ArrayList<>();
        SeriesState whole = model.newState();
        long[] times = times(values.length);
        for (int i = 0; i < values.length; i++) {
            expected.add(whole.step(times[i], values[i]));
        }
        for (int split = 0; split < values.length; split++) {
            SeriesState head = model.newState();
            for (int i = 0; i < split; i++) {
                assertThat(head.step(times[i], values[i])).isEqualTo(expected.get(i));
            }
            SeriesState read = model.readState(head.write());
            SeriesState copied = head.copy();
            assertThat(read.write()).isEqualTo(head.write());
            head.step(Long.MAX_VALUE, 0); // a copy does not notice
            for (SeriesState tail : List.of(read, copied)) {
                for (int i = split; i < values.length; i++) {
                    assertThat(tail.step(times[i], values[i])).as("split at %d, sample %d", split, i).isEqualTo(expected.get(i));
                }
                assertThat(tail.write()).isEqualTo(whole.write());
                assertThat(outlook(tail, 20)).usingRecursiveComparison().isEqualTo(outlook(whole, 20));
            }
        }
    }

    /** A minute apart, with a short and a long gap. */
    private static long[] times(int length) {
        long[] times = new long[length];
        for (int i = 0; i < length; i++) {
            times[i] = i * MINUTE + (i > 50 ? 3 * MINUTE : 0) + (i > 60 ? 40 * MINUTE : 0);
        }
        return times;
    }

    @Test
    void fillsAFewMissingStepsWithItsForecast() {
        double[] values = noisyWave(200, 0.02, 9);
        SeriesState state = fed(Arrays.copyOf(values, 150));
        double[] ahead = outlook(state, 4).mean();
        Judgement judgement = Objects.requireNonNull(state.step(153 * MINUTE, values[153]));
        assertThat(judgement.predicted()).isCloseTo(ahead[3], Offset.offset(0.5 * STD));
        assertThat(judgement.score()).isLessThan(0.999);
        for (int i = 154; i < 200; i++) {
            Judgement next = Objects.requireNonNull(state.step(i * MINUTE, values[i]));
            assertThat(next.predicted()).isCloseTo(wave(i), Offset.offset(0.5 * STD));
        }
    }

    @Test
    void beginsItsWindowAnewAfterALongGap() {
        double[] values = noisyWave(300, 0.02, 9);
        SeriesState state = fed(Arrays.copyOf(values, 150));
        long later = (150 + HORIZON + 1) * MINUTE;
        for (int i = 0; i < LAG; i++) {
            assertThat(state.step(later + i * MINUTE, values[150 + i])).isNull();
        }
        assertThat(state.step(later + LAG * MINUTE, values[150 + LAG])).isNotNull();
    }

    @Test
    void scoresASpikeHighAndKeepsItsFalseAlarmsAndItsBand() {
        double[] values = noisyWave(6000, 0.1, 10);
        SeriesState state = model.newState();
        int judged = 0;
        int alarms = 0;
        int inside = 0;
        for (int i = 0; i < values.length; i++) {
            Judgement judgement = state.step(i * MINUTE, values[i]);
            if (i >= 1000) {
                Judgement known = Objects.requireNonNull(judgement);
                judged++;
                alarms += known.score() > 0.99 ? 1 : 0;
                inside += known.lower() <= values[i] && values[i] <= known.upper() ? 1 : 0;
            }
        }
        assertThat(alarms / (double) judged).as("share above 0.99").isBetween(0.003, 0.02);
        assertThat(inside / (double) judged).as("coverage of the 90 % band").isBetween(0.88, 0.92);
        Outlook ahead = Objects.requireNonNull(state.forecast(4, new double[]{0.9, 0.5}));
        assertThat(ahead.achievedCoverage()[0]).isBetween(0.87, 0.93);
        assertThat(ahead.stepNanos()).isEqualTo(MINUTE);
        assertThat(ahead.upper()[0][3] - ahead.lower()[0][3]).isGreaterThan(ahead.upper()[1][3] - ahead.lower()[1][3]);
        Judgement spike = Objects.requireNonNull(state.step(values.length * MINUTE, wave(values.length) + 5 * STD));
        assertThat(spike.score()).isGreaterThan(0.9999);
    }

    /** At most this share may be inside a band of 90 %. */
    protected double mostCoverage() {
        return 0.96;
    }

    @Test
    void bandsOfEveryHorizonHoldWhatTheyPromise() {
        double[] coverage = coverage(noisyWave(5000, 0.1, 11), 2000, 3, HORIZON);
        for (int h = 0; h < HORIZON; h++) {
            assertThat(coverage[h]).as("coverage of the 90 %% band, %d steps ahead", h + 1).isBetween(0.84, mostCoverage());
        }
    }

    @Test
    void beyondItsHorizonAYoungStateClaimsNoMoreThanIsKnownOfTheData() {
        Outlook ahead = outlook(fed(noisyWave(LAG + 20, 0.05, 12)), 3 * HORIZON);
        for (int h = HORIZON; h < 3 * HORIZON; h++) {
            assertThat(ahead.upper()[0][h] - ahead.mean()[h]).as("90 %% band, %d steps ahead", h + 1).isGreaterThan(1.6 * STD);
        }
    }

    @Test
    void bandsBeyondTheHorizonHoldToo() {
        double[] coverage = coverage(noisyWave(6000, 0.1, 13), 3000, 5, 3 * HORIZON);
        assertThat(Arrays.stream(coverage, HORIZON, coverage.length).average().orElseThrow()).as("coverage of the 90 %% band")
                .isGreaterThan(0.8);
    }

    /** Share of values inside the 90 % band of each horizon, [steps], of forecasts at every {@code stride}-th sample from {@code settled} on. */
    private double[] coverage(double[] values, int settled, int stride, int steps) {
        SeriesState state = model.newState();
        int[] inside = new int[steps];
        int asked = 0;
        for (int i = 0; i + steps < values.length; i++) {
            state.step(i * MINUTE, values[i]);
            if (i >= settled && i % stride == 0) {
                Outlook ahead = outlook(state, steps);
                asked++;
                for (int h = 0; h < steps; h++) {
                    double actual = values[i + 1 + h];
                    inside[h] += ahead.lower()[0][h] <= actual && actual <= ahead.upper()[0][h] ? 1 : 0;
                }
            }
        }
        double all = asked;
        return Arrays.stream(inside).mapToDouble(count -> count / all).toArray();
    }

    @Test
    void anyFiniteValueLeavesItWithFiniteAnswers() {
        SeriesState state = model.newState();
        double[] extremes = {0, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, 1e300, MEAN, -1e-300};
        for (int i = 0; i < 400; i++) {
            Judgement judgement = state.step(i * MINUTE, extremes[i % extremes.length]);
            if (judgement != null) {
                assertThat(judgement.predicted()).isFinite();
                assertThat(judgement.lower()).isFinite();
                assertThat(judgement.upper()).isFinite();
                assertThat(judgement.score()).isBetween(0.0, 1.0);
            }
        }
        assertThat(Arrays.stream(outlook(state, 300).mean()).boxed()).allSatisfy(x -> assertThat(x).isFinite());
    }

    @Test
    void aConstantSeriesRaisesNoAlarm() {
        SeriesState state = model.newState();
        for (int i = 0; i < 500; i++) {
            Judgement judgement = state.step(i * MINUTE, MEAN);
            if (judgement != null && i > 200) {
                assertThat(judgement.score()).isLessThan(0.99);
            }
        }
    }

    @Test
    void takesTheMemoryItSays() {
        SeriesState state = fed(noisyWave(100, 0.1, 1));
        assertThat(state.write().length).isLessThanOrEqualTo(5 * LAG + 450);
    }

    @Test
    void whatIsNoStateIsRefusedWithWhatWasExpected() {
        byte[] bytes = fed(noisyWave(50, 0.1, 1)).write();
        assertThatThrownBy(() -> model.readState(new byte[3])).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name() + " state: expected " + bytes.length + " bytes but was 3");
        bytes[3]++;
        assertThatThrownBy(() -> model.readState(bytes)).hasMessage(name() + " state: expected format mark 4c575302 but was 4c575303");
    }

    @Test
    void aModelOfSeveralSeriesOrOfAnotherFamilyIsRefused() {
        ModelStore store = new ModelStore(directory.resolve("refused"));
        ObjectNode joint = family.defaultConfig(LAG, HORIZON, 2);
        StoredModel several = store.register(card(joint, 2), family.create(joint, 1).weights());
        assertThatThrownBy(() -> ModelFamilies.streaming(several)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("expected a model of one series but it forecasts [load, flow] jointly");
        ObjectNode wider = config();
        String complaint = widen(wider);
        StoredModel misfit = store.register(card(wider, 1), stored.weights());
        assertThatThrownBy(() -> ModelFamilies.streaming(misfit)).isInstanceOf(CheckpointException.class).hasMessageContaining(complaint);
        List<NamedTensor> fewer = stored.weights().subList(1, stored.weights().size());
        StoredModel damaged = store.register(card(config(), 1), fewer);
        assertThatThrownBy(() -> ModelFamilies.streaming(damaged)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("missing tensor").hasMessageContaining(stored.weights().getFirst().name());
        ModelCard card = card(config(), 1);
        StoredModel foreign = new StoredModel(new ModelCard(1, "linear-x-1", "linear", "x", ModelCard.FORECAST, Instant.EPOCH, 1, config(),
                config(), card.data(), card.scaler(), Map.of()), directory);
        assertThatThrownBy(() -> ModelFamilies.streaming(foreign)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("one of [dss, longconv, mamba, s4, s4-ptd, s4d, spacetime], but was linear");
    }
}
