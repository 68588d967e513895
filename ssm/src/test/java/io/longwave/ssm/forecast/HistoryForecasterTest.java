package io.longwave.ssm.forecast;

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
import java.util.function.BooleanSupplier;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.forecast.HistoryForecaster.ChannelForecast;
import io.longwave.ssm.forecast.HistoryForecaster.Outcome;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.TrainableForecaster;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class HistoryForecasterTest {
    private static final long START = 1_700_000_000_000_000_000L;
    private static final long MINUTE = 60_000_000_000L;
    private static final int LAG = 24;
    private static final int HORIZON = 6;
    private static final double[] LEVELS = {0.5, 0.9};
    private static final BooleanSupplier ALWAYS = () -> true;

    @TempDir
    Path directory = Path.of("");

    @Test
    void anOnlineModelAnswersAsAStreamOfTheSameValuesWouldHave() {
        double[] values = wave(300, 0);
        values[100] = Double.NaN;
        values[101] = Double.NaN;
        HistoryForecaster forecaster = HistoryForecaster.stepping(new OnlineModel());
        Outcome outcome = forecaster.forecast(List.of(History.regular(START, MINUTE, new double[][]{values})), 12, LEVELS, ALWAYS)
                .getFirst();

        SeriesState stream = new OnlineModel().newState();
        for (int i = 0; i < values.length; i++) {
            if (i < 100 || i > 101) {
                stream.step(START + i * MINUTE, values[i]);
            }
        }
        assertForecast(outcome, List.of("value"), Objects.requireNonNull(stream.forecast(12, LEVELS)));
        assertThat(outcome.channels().getFirst().issuedAtNanos()).isEqualTo(START + 299 * MINUTE);
    }

    @Test
    void aValueMissingAtTheEndMovesTheMomentOfTheForecastBack() {
        double[] values = wave(60, 0);
        values[59] = Double.NaN;
        Outcome outcome = HistoryForecaster.stepping(new OnlineModel())
                .forecast(List.of(History.regular(START, MINUTE, new double[][]{values})), 2, LEVELS, ALWAYS).getFirst();
        assertThat(outcome.channels().getFirst().issuedAtNanos()).isEqualTo(START + 58 * MINUTE);
        assertThat(outcome.channels().getFirst().after()).isEqualTo(59);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spacetime", "s4d", "mamba"})
    void aTrainedModelThatCanServeAStreamIsSteppedThroughTheHistory(String family) {
        StoredModel stored = register(family, List.of("load"));
        double[] values = wave(200, 50);
        Outcome outcome = HistoryForecaster.open(stored)
                .forecast(List.of(History.regular(START, MINUTE, new double[][]{values})), HORIZON, LEVELS, ALWAYS)
                .getFirst();
        StreamingModel model = ModelFamilies.streaming(stored);
        SeriesState stream = model.newState();
        for (int i = 0; i < values.length; i++) {
            stream.step(START + i * MINUTE, values[i]);
        }
        assertForecast(outcome, List.of("load"), Objects.requireNonNull(stream.forecast(HORIZON, LEVELS)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dss", "chimera"})
    void anyOtherModelSeesTheLastWindowOfEachChannel(String family) {
        List<String> columns = family.equals("chimera") ? List.of("load", "heat", "flow") : List.of("load");
        StoredModel stored = register(family, columns);
        List<History> histories = new ArrayList<>();
        for (int k = 0; k < 19; k++) {
            int length = LAG + k;
            double shift = k;
            histories.add(History.regular(START, MINUTE,
                    IntStream.range(0, columns.size()).mapToObj(v -> wave(length, shift + 10 * v)).toArray(double[][]::new)));
        }
        HistoryForecaster forecaster = HistoryForecaster.open(stored);
        assertThat(forecaster.longestHorizon()).isEqualTo(HORIZON);
        List<Outcome> outcomes = forecaster.forecast(histories, 4, LEVELS, ALWAYS);
        for (int k = 0; k < histories.size(); k++) {
            Outcome alone = forecaster.forecast(List.of(histories.get(k)), 4, LEVELS, ALWAYS).getFirst();
            assertThat(alone.problem()).isNull();
            double[][] expected = byHand(stored, histories.get(k), 4);
            for (int v = 0; v < columns.size(); v++) {
                for (Outcome outcome : List.of(alone, outcomes.get(k))) {
                    ChannelForecast channel = outcome.channels().get(v);
                    assertThat(channel.column()).isEqualTo(columns.get(v));
                    assertThat(channel.issuedAtNanos()).isEqualTo(START + (LAG + k - 1) * MINUTE);
                    assertThat(channel.outlook().stepNanos()).isEqualTo(MINUTE);
                    assertThat(channel.outlook().lower()).isEmpty();
                    assertThat(channel.outlook().mean()).hasSize(4).containsExactly(expected[v], within(1e-3));
                }
            }
        }
    }

    @Test
    void ofALongHistoryAModelSeesTheKnownValuesThatAPromotionWouldWarmItOn() {
        StoredModel stored = register("s4d", List.of("load"));
        StreamingModel model = ModelFamilies.streaming(stored);
        assertThat(model.warmUpSamples()).isLessThan(1000);
        double[] values = wave(3000, 0);
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 5 == 1 ? values[i] : Double.NaN;
        }
        Outcome outcome = HistoryForecaster.open(stored)
                .forecast(List.of(History.regular(START, MINUTE, new double[][]{values})), HORIZON, LEVELS, ALWAYS).getFirst();
        SeriesState warmed = model.newState();
        for (int known = 600 - model.warmUpSamples(); known < 600; known++) {
            warmed.step(START + (5L * known + 1) * MINUTE, values[5 * known + 1]);
        }
        assertForecast(outcome, List.of("load"), Objects.requireNonNull(warmed.forecast(HORIZON, LEVELS)));
        ChannelForecast channel = outcome.channels().getFirst();
        assertThat(channel.after()).isEqualTo(2997);
        assertThat(channel.issuedAtNanos()).isEqualTo(START + 2996 * MINUTE);
        assertThat(channel.outlook().stepNanos()).isEqualTo(5 * MINUTE);
    }

    @Test
    void stepsThatEndBeyondAllTimesAreAProblemAndSoIsALackOfTime() {
        HistoryForecaster online = HistoryForecaster.stepping(new OnlineModel());
        long year = 365 * 24 * 60 * MINUTE;
        assertThat(
                online.forecast(List.of(History.regular(0, year, new double[][]{wave(100, 0)})), 300, LEVELS, ALWAYS).getFirst().problem())
                .startsWith("expected steps until times that nanoseconds in 64 bits can hold but 300 steps");
        for (HistoryForecaster forecaster : List.of(online, HistoryForecaster.open(register("dss", List.of("load"))))) {
            assertThat(forecaster.forecast(List.of(history(wave(50, 0))), 1, LEVELS, () -> false).getFirst().problem())
                    .isEqualTo("expected fewer histories at once: there was no time left for this one");
        }
    }

    @Test
    void aWindowOfWhichNothingIsKnownIsRefused() {
        double[] unknown = wave(2 * LAG, 0);
        Arrays.fill(unknown, LAG, 2 * LAG, Double.NaN);
        assertThat(HistoryForecaster.open(register("dss", List.of("load"))).forecast(List.of(history(unknown)), 1, LEVELS, ALWAYS)
                .getFirst().problem())
                .isEqualTo("channel 0: expected a known value among the last 24, which dss-wave-1 looks back on");
    }

    @Test
    void aMissingValueOfAWindowLiesOnTheLineBetweenItsNeighbours() {
        HistoryForecaster forecaster = HistoryForecaster.open(register("dss", List.of("load")));
        double[] values = wave(LAG, 0);
        double[] gap = values.clone();
        gap[7] = Double.NaN;
        values[7] = (values[6] + values[8]) / 2;
        assertThat(mean(forecaster, gap)).containsExactly(mean(forecaster, values), within(1e-4));
    }

    private static double[] mean(HistoryForecaster forecaster, double[] values) {
        return forecaster.forecast(List.of(History.regular(START, MINUTE, new double[][]{values})), HORIZON, LEVELS, ALWAYS).getFirst()
                .channels()
                .getFirst().outlook().mean();
    }

    @Test
    void whatDoesNotFitKeepsNoneOfTheOthersFromTheirAnswers() {
        HistoryForecaster windows = HistoryForecaster.open(register("dss", List.of("load")));
        double[] good = wave(LAG, 0);
        double[] huge = good.clone();
        huge[3] = 1e300;
        List<Outcome> outcomes = windows.forecast(List.of(history(good), history(wave(LAG - 1, 0)), history(good, good), history(huge)), 1,
                LEVELS, ALWAYS);
        assertThat(outcomes).extracting(Outcome::problem).containsExactly(null,
                "expected at least 24 values, which dss-wave-1 looks back on, but was 23", "expected 1 channel, load, but was 2",
                "expected values of about the size of those that were trained on but some are so large that the forecast is no number");
        assertThat(HistoryForecaster.stepping(new OnlineModel()).forecast(List.of(history(wave(5, 0)), history(wave(30, 0))), 1, LEVELS,
                ALWAYS))
                .extracting(Outcome::problem).containsExactly("expected more values: online-1 has seen 5 and needs more", null);
        assertThatThrownBy(() -> windows.forecast(List.of(), HORIZON + 1, LEVELS, ALWAYS)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("horizon: expected 1 to 6 steps, which dss-wave-1 forecasts, but was 7");
    }

    @Test
    void timesAndValuesOfAHistoryAreChecked() {
        assertThatThrownBy(() -> new History(new long[]{1, 1}, new double[][]{{1, 2}}))
                .hasMessage("value 1: expected a time later than 1 ns but was 1");
        assertThatThrownBy(() -> new History(new long[]{1, 2}, new double[][]{{1, 2}, {1}}))
                .hasMessage("channel 1: expected 2 values but was 1");
        assertThatThrownBy(() -> new History(new long[]{1}, new double[][]{{Double.NEGATIVE_INFINITY}}))
                .hasMessage("channel 0, value 0: expected a finite number but was -Infinity");
        assertThatThrownBy(() -> History.regular(0, 1, new double[][]{}))
                .hasMessage("expected at least one channel with at least one value");
        assertThatThrownBy(() -> History.regular(0, 0, new double[][]{{1}})).hasMessage("step: expected at least 1 ns but was 0");
        assertThatThrownBy(() -> History.regular(Long.MAX_VALUE - 1, 1, new double[][]{{1, 2, 3}})).hasMessageContaining("64 bits");
    }

    @Test
    void aModelOfAnotherTaskIsRefused() {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        StoredModel stored = new ModelStore(directory).register(card("s4d", ModelCard.RECONSTRUCT, config, List.of("load")), List.of());
        assertThatThrownBy(() -> HistoryForecaster.open(stored)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("expected a model of task forecast but its task is reconstruct");
    }

    private static void assertForecast(Outcome outcome, List<String> columns, Outlook expected) {
        assertThat(outcome.problem()).isNull();
        assertThat(outcome.channels()).extracting(ChannelForecast::column).isEqualTo(columns);
        Outlook made = outcome.channels().getFirst().outlook();
        assertThat(made.stepNanos()).isEqualTo(expected.stepNanos());
        assertThat(made.mean()).containsExactly(expected.mean());
        assertThat(made.lower()).isDeepEqualTo(expected.lower());
        assertThat(made.upper()).isDeepEqualTo(expected.upper());
        assertThat(made.achievedCoverage()).containsExactly(expected.achievedCoverage());
    }

    /** [V][H]: the network itself over the last window, standardised and back. */
    private static double[][] byHand(StoredModel stored, History history, int horizon) {
        Scaler scaler = stored.card().scaler();
        int variates = scaler.columns().size();
        TrainableForecaster network = stored.forecaster(ModelFamilies.forecaster(stored.card().family()).orElseThrow());
        float[] lags = new float[LAG * variates];
        for (int l = 0; l < LAG; l++) {
            for (int v = 0; v < variates; v++) {
                double value = history.channels()[v][history.timesNanos().length - LAG + l];
                lags[l * variates + v] = (float) ((value - scaler.mean().get(v)) / scaler.std().get(v));
            }
        }
        float[] ahead = new float[HORIZON * variates];
        network.forecast(lags, 1, ahead);
        double[][] means = new double[variates][horizon];
        for (int h = 0; h < horizon; h++) {
            for (int v = 0; v < variates; v++) {
                means[v][h] = ahead[h * variates + v] * scaler.std().get(v) + scaler.mean().get(v);
            }
        }
        return means;
    }

    private StoredModel register(String name, List<String> columns) {
        ForecasterFamily family = ModelFamilies.forecaster(name).orElseThrow();
        ObjectNode config = family.defaultConfig(LAG, HORIZON, columns.size());
        if (config.has("offset")) {
            config.put("offset", "MEAN");
        }
        if (config.has("maxAverageWindow")) {
            config.put("maxAverageWindow", 12);
        }
        TrainableForecaster network = family.create(config, 3);
        return new ModelStore(directory).register(card(name, ModelCard.FORECAST, config, columns), network.weights());
    }

    private static ModelCard card(String family, String task, ObjectNode config, List<String> columns) {
        List<Double> mean = columns.stream().map(column -> 100.0 + column.length()).toList();
        List<Double> std = columns.stream().map(column -> 5.0 + column.length()).toList();
        return new ModelCard(1, "", family, "wave", task, Instant.EPOCH, 4, config, JsonNodeFactory.instance.objectNode(),
                new ModelCard.DataFingerprint(columns, 500, "00", 60_000, new Split(300, 100, 100)), new Scaler(columns, mean, std),
                Map.of());
    }

    private static History history(double[]... channels) {
        return History.regular(START, MINUTE, channels);
    }

    private static double[] wave(int length, double shift) {
        SplittableRandom random = new SplittableRandom(7);
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = 100 + 5 * Math.sin(2 * Math.PI * (i + shift) / 12) + 0.3 * random.nextGaussian();
        }
        return values;
    }
}
