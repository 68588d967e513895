package io.longwave.ssm.spacetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.WindowCentring.Offset;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenTensor;
import io.longwave.ssm.spacetime.SpaceTimeConfig.LossWeights;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.train.TrainableModel.NamedTensor;

class SpaceTimeRecurrenceTest {

    static Stream<SpaceTimeConfig> configs() {
        return Stream.of(config(1, 30, 7, 16, 1, 1), config(1, 30, 7, 16, 1, 2), config(1, 24, 5, 32, 3, 1), config(2, 20, 6, 32, 2, 1),
                config(1, 3, 4, 16, 1, 1)); // the last: fewer values than filter taps and states
    }

    private static SpaceTimeConfig config(int variates, int lag, int horizon, int width, int blocks, int norm) {
        return new SpaceTimeConfig(variates, lag, horizon, width, blocks, 4, 5, 6, 2, 9, norm, 0.25, LossWeights.HORIZON_ONLY, Offset.MEAN,
                11);
    }

    @ParameterizedTest
    @MethodSource("configs")
    void agreesWithTheWholeSequencePassAtEveryPosition(SpaceTimeConfig config) {
        Kernels kernels = new ReferenceKernels();
        SpaceTimeNetwork network = new SpaceTimeNetwork(kernels, config.withOffset(Offset.NONE));
        List<NamedTensor> weights = weights(kernels, network);
        for (ParameterSet.Entry entry : network.parameters().entries()) { // both from the same 32 bits
            kernels.upload(weights.stream().filter(tensor -> tensor.name().equals(entry.name())).findFirst().orElseThrow().values(),
                    entry.variable().value());
        }
        int lag = config.lag();
        int variates = config.variates();
        double[] series = noise(lag * variates, 5);
        SpaceTimeNetwork.Pass pass = network.forecastPass(1, config.horizon());
        kernels.upload(series, pass.windows);
        pass.forward();
        double[] encoded = kernels.toDoubles(pass.encoded.value()); // [D, 1, L]

        SpaceTimeRecurrence.State state = new SpaceTimeRecurrence(config, weights).start();
        for (int t = 0; t < lag; t++) {
            state.step(row(series, t, variates));
            double[] at = state.encoded();
            for (int j = 0; j < config.modelDim(); j++) {
                // both in float64, sums of at most a few hundred terms
                assertThat(at[j]).as("position %d, channel %d", t, j).isCloseTo(encoded[j * lag + t], within(1e-10, encoded[j * lag + t]));
            }
            // the forecast of a prefix is that of the pass over the prefix
            if (t >= 2 && t % 5 == 2) {
                SpaceTimeConfig shorter = shorter(config, t + 1);
                assertForecast(state, kernels, shorter, weights, java.util.Arrays.copyOf(series, (t + 1) * variates));
            }
        }
        assertForecast(state, kernels, config, weights, series);
    }

    private static void assertForecast(SpaceTimeRecurrence.State state, Kernels kernels, SpaceTimeConfig config, List<NamedTensor> weights,
            double[] series) {
        SpaceTimeNetwork network = new SpaceTimeNetwork(kernels, config.withOffset(Offset.NONE));
        for (ParameterSet.Entry entry : network.parameters().entries()) {
            kernels.upload(weights.stream().filter(tensor -> tensor.name().equals(entry.name())).findFirst().orElseThrow().values(),
                    entry.variable().value());
        }
        int steps = config.horizon() + 3;
        SpaceTimeNetwork.Pass pass = network.forecastPass(1, steps);
        kernels.upload(series, pass.windows);
        pass.forward();
        double[] expected = kernels.toDoubles(pass.out);
        double[] found = new double[steps * config.variates()];
        state.forecast(steps, found);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("lag %d, %d", config.lag(), i).isCloseTo(expected[i], within(1e-9, expected[i]));
        }
        double[] next = new double[config.variates()];
        state.next(next);
        assertThat(next).containsExactly(java.util.Arrays.copyOf(found, config.variates()));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void agreesWithTheForecasterInSinglePrecision(SpaceTimeConfig config) {
        SpaceTimeForecaster forecaster = new SpaceTimeForecaster(new SimdKernels(1), config);
        int variates = config.variates();
        double[] noise = noise(config.lag() * variates, 8);
        float[] window = new float[noise.length];
        double[] mean = new double[variates];
        for (int i = 0; i < window.length; i++) {
            window[i] = (float) (noise[i] + 3);
            mean[i % variates] += window[i] / (double) config.lag();
        }
        float[] expected = new float[config.horizon() * variates];
        forecaster.forecast(window, 1, expected);
        SpaceTimeRecurrence.State state = new SpaceTimeRecurrence(config, forecaster.weights()).start();
        for (int t = 0; t < config.lag(); t++) {
            double[] centred = new double[variates];
            for (int v = 0; v < variates; v++) {
                centred[v] = window[t * variates + v] - mean[v];
            }
            state.step(centred);
        }
        double[] found = new double[expected.length];
        state.forecast(config.horizon(), found);
        double largest = 1;
        for (float x : expected) {
            largest = Math.max(largest, Math.abs(x));
        }
        for (int i = 0; i < found.length; i++) {
            // the bound that the golden cases set for 32-bit kernels
            assertThat(found[i] + mean[i % variates]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(2e-4 * largest));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"st_network_1", "st_network_two_blocks", "st_network_multivariate"})
    void reproducesThePublishedForecast(String name) {
        GoldenCase golden = GoldenCase.read(Path.of("src/test/resources/golden", name + ".json"));
        SpaceTimeConfig config = NetworkGoldenCheck.config(golden);
        SpaceTimeNetwork shapes = new SpaceTimeNetwork(new ReferenceKernels(), config);
        List<NamedTensor> weights = new ArrayList<>();
        for (ParameterSet.Entry entry : shapes.parameters().entries()) {
            int[] dims = entry.variable().value().shape().toArray();
            weights.add(named(entry.name(), dims, golden.paramOrBuffer(entry.name()).require(entry.name(), dims).data()));
        }
        SpaceTimeRecurrence recurrence = new SpaceTimeRecurrence(config, weights);
        double[] series = golden.input("series").data();
        Map<String, GoldenTensor> outputs = golden.section("outputs");
        double[] mean = java.util.Objects.requireNonNull(outputs.get("mean")).data();
        double[] forecast = java.util.Objects.requireNonNull(outputs.get("forecast")).data();
        int variates = config.variates();
        int rows = config.lag() + config.horizon();
        int batch = golden.configInt("batch");
        for (int b = 0; b < batch; b++) {
            SpaceTimeRecurrence.State state = recurrence.start();
            for (int t = 0; t < config.lag(); t++) {
                double[] centred = new double[variates];
                for (int v = 0; v < variates; v++) {
                    centred[v] = series[(b * rows + t) * variates + v] - mean[b * variates + v];
                }
                state.step(centred);
            }
            double[] found = new double[config.horizon() * variates];
            state.forecast(config.horizon(), found);
            for (int i = 0; i < found.length; i++) {
                double expected = forecast[b * found.length + i];
                // the weights of the case are rounded to the 32 bits of a stored model, which moves forecasts by some 1e-7 of their size
                assertThat(found[i] + mean[b * variates + i % variates]).as("%d, %d", b, i).isCloseTo(expected, within(2e-5, expected));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void splittingASequenceAnywhereGivesTheSameBits(SpaceTimeConfig config) {
        Kernels kernels = new ReferenceKernels();
        SpaceTimeRecurrence recurrence = new SpaceTimeRecurrence(config, weights(kernels, new SpaceTimeNetwork(kernels, config)));
        int variates = config.variates();
        int length = 3 * config.lag();
        double[] series = noise(length * variates, 6);
        SpaceTimeRecurrence.State whole = recurrence.start();
        IntStream.range(0, length).forEach(t -> whole.step(row(series, t, variates)));
        double[] expected = new double[9 * variates];
        whole.forecast(9, expected);
        byte[] expectedState = bytes(whole);
        for (int split = 0; split <= length; split++) {
            SpaceTimeRecurrence.State head = recurrence.start();
            for (int t = 0; t < split; t++) {
                head.step(row(series, t, variates));
            }
            SpaceTimeRecurrence.State read = recurrence.start();
            read.read(ByteBuffer.wrap(bytes(head)));
            SpaceTimeRecurrence.State copied = head.copy();
            head.step(new double[variates]); // a copy does not notice
            for (SpaceTimeRecurrence.State tail : List.of(read, copied)) {
                for (int t = split; t < length; t++) {
                    tail.step(row(series, t, variates));
                }
                double[] found = new double[9 * variates];
                tail.forecast(9, found);
                assertThat(found).as("split at %d", split).containsExactly(expected);
                assertThat(bytes(tail)).isEqualTo(expectedState);
            }
        }
    }

    @Test
    void aForecastLeavesTheStateAsItIs() {
        Kernels kernels = new ReferenceKernels();
        SpaceTimeConfig config = config(1, 30, 7, 16, 1, 1);
        SpaceTimeRecurrence.State state = new SpaceTimeRecurrence(config, weights(kernels, new SpaceTimeNetwork(kernels, config))).start();
        for (double x : noise(40, 1)) {
            state.step(x);
        }
        byte[] before = bytes(state);
        state.forecast(50, new double[50]);
        state.next(new double[1]);
        assertThat(bytes(state)).isEqualTo(before);
    }

    @Test
    void weightsThatAreMissingUnknownOrOfAnotherShapeAreNamed() {
        Kernels kernels = new ReferenceKernels();
        SpaceTimeConfig config = config(1, 30, 7, 16, 1, 1);
        List<NamedTensor> weights = weights(kernels, new SpaceTimeNetwork(kernels, config));
        assertThatThrownBy(() -> new SpaceTimeRecurrence(config, weights.subList(0, 5))).hasMessageStartingWith("missing tensor ");
        assertThatThrownBy(() -> new SpaceTimeRecurrence(config.withWidth(32, 1), weights))
                .hasMessageContaining("diff_kernel: expected shape [16, 4] but was [8, 4]");
        List<NamedTensor> more = new ArrayList<>(weights);
        more.add(new NamedTensor("surplus", List.of(1), new float[1]));
        assertThatThrownBy(() -> new SpaceTimeRecurrence(config, more)).hasMessage("unknown tensors [surplus]");
    }

    private static SpaceTimeConfig shorter(SpaceTimeConfig config, int lag) {
        return new SpaceTimeConfig(config.variates(), lag, config.horizon(), config.modelDim(), config.encoderBlocks(), config.kernels(),
                config.encoderStateSize(), config.decoderStateSize(), config.minAverageWindow(), config.maxAverageWindow(),
                config.normOrder(), config.dropout(), config.lossWeights(), config.offset(), config.seed());
    }

    private static List<NamedTensor> weights(Kernels kernels, SpaceTimeNetwork network) {
        List<NamedTensor> weights = new ArrayList<>();
        for (ParameterSet.Entry entry : network.parameters().entries()) {
            weights.add(named(entry.name(), entry.variable().value().shape().toArray(), kernels.toDoubles(entry.variable().value())));
        }
        return weights;
    }

    private static NamedTensor named(String name, int[] dims, double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return new NamedTensor(name, IntStream.of(dims).boxed().toList(), rounded);
    }

    private static double[] noise(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random.doubles(size, -1, 1).toArray();
    }

    private static double[] row(double[] series, int t, int variates) {
        return java.util.Arrays.copyOfRange(series, t * variates, (t + 1) * variates);
    }

    private static byte[] bytes(SpaceTimeRecurrence.State state) {
        ByteBuffer out = ByteBuffer.allocate(state.bytes());
        state.write(out);
        return out.array();
    }

    private static org.assertj.core.data.Offset<Double> within(double relative, double expected) {
        return org.assertj.core.data.Offset.offset(relative * Math.max(1, Math.abs(expected)));
    }
}
