package io.longwave.ssm.chimera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.tape.GradientCheck;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

class ChimeraNetworkTest {
    private static final Kernels SIMD = new SimdKernels(2);
    private static final Kernels EXACT = new ReferenceKernels();

    private static ChimeraConfig config(int variates, Discretization discretization, boolean companion, int blocks) {
        return new ChimeraConfig(variates, 2, 4, 2, 3, blocks, 4, 2, discretization, companion, 0);
    }

    /** A network and its weights. */
    private record Made(ParameterSet parameters, ChimeraNetwork network) {}

    private static Made made(Kernels kernels, ChimeraConfig config) {
        ParameterSet parameters = new ParameterSet(kernels);
        return new Made(parameters, new ChimeraNetwork(parameters, "", config, new SplittableRandom(3)));
    }

    /** Random samples with the channels that tell the variate, [k + V, V, L, B]. */
    private static double[] patches(ChimeraConfig config, int steps, int batch, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int rest = steps * batch;
        double[] out = new double[ChimeraNetwork.inputs(config) * config.variates() * rest];
        for (int i = 0; i < out.length; i++) {
            int channel = i / (config.variates() * rest);
            int variate = i / rest % config.variates();
            out[i] = channel < config.patch() ? (float) random.nextGaussian() : channel - config.patch() == variate ? 1 : 0;
        }
        return out;
    }

    private static double[] run(Kernels kernels, Made made, double[] patches, int steps, int batch) {
        ChimeraConfig config = made.network.config();
        Tape tape = new Tape(kernels, null);
        Variable in = Variable.constant(kernels, kernels.of(patches, ChimeraNetwork.inputs(config), config.variates(), steps, batch));
        Variable out = made.network.record(new GridRecorder(tape, false), in, null);
        tape.forward();
        return kernels.toDoubles(out.value());
    }

    @ParameterizedTest
    @CsvSource({"3,ZERO_ORDER_HOLD,false", "1,ZERO_ORDER_HOLD,false", "2,ZERO_ORDER_HOLD,true", "2,EULER,false", "2,EXPONENTIAL,false"})
    void gradientsOfAllWeightsMatchFiniteDifferences(int variates, Discretization discretization, boolean companion) {
        ChimeraConfig config = config(variates, discretization, companion, 1);
        Made made = made(EXACT, config);
        int steps = 5;
        GradientCheck.check(EXACT, made.parameters, patches(config, steps, 1, 5),
                new int[]{ChimeraNetwork.inputs(config), variates, steps, 1},
                recording -> made.network.record(new GridRecorder(recording.tape(), true), recording.input(), null), null, 1e-6);
    }

    @Test
    void gradientsOfTheClosedLoopMatchFiniteDifferences() {
        ChimeraConfig config = config(2, Discretization.ZERO_ORDER_HOLD, false, 1);
        ParameterSet parameters = new ParameterSet(EXACT);
        ClosedLoop loop = new ClosedLoop(new Draws(parameters, new SplittableRandom(4)), "", config, 3);
        double[] hidden = new SplittableRandom(5).doubles(4 * 2 * 4 * 2, -1, 1).toArray();
        GradientCheck.check(EXACT, parameters, hidden, new int[]{4, 2, 4, 2}, recording -> {
            var predicted = loop.record(new GridRecorder(recording.tape(), true), recording.input(), 3);
            Variable last = predicted.ahead().get(2);
            Variable sum = recording.tape().copyOf(predicted.ahead().get(1));
            recording.tape().addTo(sum, 0.5, last);
            return sum;
        }, null, 1e-6);
    }

    /** The loop is the recurrence with Ā1 + B̄1 K1ᵀ and Ā2 + B̄1 K2ᵀ: with K = 0 it is the recurrence without input. */
    @Test
    void aClosedLoopWithoutFeedbackLetsTheStatesDecay() {
        ChimeraConfig config = config(2, Discretization.ZERO_ORDER_HOLD, false, 1);
        ParameterSet parameters = new ParameterSet(EXACT);
        ClosedLoop loop = new ClosedLoop(new Draws(parameters, new SplittableRandom(4)), "", config, 3);
        for (String name : List.of("k1", "k2")) {
            EXACT.fill(parameters.get(name).variable().value(), 0);
        }
        Tape tape = new Tape(EXACT, null);
        double[] hidden = new SplittableRandom(5).doubles(4 * 2 * 4, -1, 1).toArray();
        var predicted = loop.record(new GridRecorder(tape, false), Variable.constant(EXACT, EXACT.of(hidden, 4, 2, 4, 1)), 400);
        tape.forward();
        double[] bias = EXACT.toDoubles(parameters.get("output.bias").variable().value());
        double[] last = EXACT.toDoubles(predicted.ahead().get(399).value());
        double[] first = EXACT.toDoubles(predicted.ahead().get(0).value());
        for (int i = 0; i < last.length; i++) {
            assertThat(last[i]).isCloseTo(bias[i / 2], within(1e-3));
            assertThat(Math.abs(first[i] - bias[i / 2])).isGreaterThan(1e-3);
        }
    }

    @Test
    void flippingTheVariatesAndSwappingTheDirectionsFlipsTheOutput() {
        ChimeraConfig config = config(4, Discretization.ZERO_ORDER_HOLD, false, 2);
        int steps = 6;
        double[] in = patches(config, steps, 2, 7);
        double[] straight = run(EXACT, made(EXACT, config), in, steps, 2);
        Made swapped = made(EXACT, config);
        Made original = made(EXACT, config);
        for (ParameterSet.Entry entry : original.parameters.trained()) {
            String other = entry.name().contains(".up.") ? entry.name().replace(".up.", ".down.") : entry.name().replace(".down.", ".up.");
            double[] values = EXACT.toDoubles(entry.variable().value());
            if (entry.name().equals("embedding.weight")) { // the vector of each variate moves with it
                int inputs = ChimeraNetwork.inputs(config);
                double[] moved = values.clone();
                for (int row = 0; row < config.width(); row++) {
                    for (int v = 0; v < 4; v++) {
                        moved[row * inputs + config.patch() + v] = values[row * inputs + config.patch() + 3 - v];
                    }
                }
                values = moved;
            }
            EXACT.upload(values, swapped.parameters.get(other).variable().value());
        }
        double[] flippedIn = in.clone();
        System.arraycopy(flip(in, config.patch(), 4, steps * 2), 0, flippedIn, 0, config.patch() * 4 * steps * 2);
        double[] flipped = run(EXACT, swapped, flippedIn, steps, 2);
        double[] expected = flip(straight, config.width(), 4, steps * 2);
        for (int i = 0; i < expected.length; i++) {
            assertThat(flipped[i]).isCloseTo(expected[i], within(1e-12));
        }
        assertThat(flipped).isNotEqualTo(straight);
    }

    private static double[] flip(double[] values, int rows, int variates, int rest) {
        double[] out = new double[rows * variates * rest];
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < variates; v++) {
                System.arraycopy(values, (r * variates + v) * rest, out, (r * variates + variates - 1 - v) * rest, rest);
            }
        }
        return out;
    }

    @Test
    void aLaterSampleChangesNothingEarlierAndEveryVariateAtItsTime() {
        ChimeraConfig config = config(3, Discretization.ZERO_ORDER_HOLD, false, 2);
        int steps = 9;
        double[] in = patches(config, steps, 1, 8);
        Made made = made(EXACT, config);
        double[] before = run(EXACT, made, in, steps, 1);
        in[(0 * 3 + 1) * steps + 5] += 1; // sample 0 of patch 5 of variate 1
        double[] after = run(EXACT, made, in, steps, 1);
        for (int i = 0; i < before.length; i++) {
            if (i % steps < 5) {
                assertThat(after[i]).isEqualTo(before[i]);
            } else if (i % steps == 5) {
                assertThat(after[i]).isNotEqualTo(before[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStreamInChunksOfOneSevenOrAllGivesTheBitsOfTheWhole(boolean companion) {
        ChimeraConfig config = config(3, Discretization.ZERO_ORDER_HOLD, companion, 2);
        int steps = 21;
        int batch = 5;
        Made made = made(SIMD, config);
        double[] in = patches(config, steps, batch, 9);
        double[] whole = run(SIMD, made, in, steps, batch);
        for (int chunk : new int[]{1, 7, 21}) {
            ChimeraStream stream = new ChimeraStream(SIMD, made.network, batch, chunk);
            for (int repeat = 0; repeat < 2; repeat++) { // the second time after forgetting
                stream.forget();
                for (int from = 0; from < steps; from += chunk) {
                    float[] out = SIMD.toFloats(stream.step(floats(columns(in, steps, batch, from, chunk))));
                    assertThat(out).as("chunk of %d from %d", chunk, from).isEqualTo(floats(columns(whole, steps, batch, from, chunk)));
                }
            }
        }
    }

    @Test
    void aStreamDoesNotDependOnThoseSteppedWithIt() {
        ChimeraConfig config = config(2, Discretization.ZERO_ORDER_HOLD, false, 1);
        int streams = 37;
        Made made = made(SIMD, config);
        ChimeraStream together = new ChimeraStream(SIMD, made.network, streams, 1);
        ChimeraStream alone = new ChimeraStream(SIMD, made.network, 1, 1);
        for (int t = 0; t < 6; t++) {
            double[] in = patches(config, 1, streams, 20 + t);
            float[] all = SIMD.toFloats(together.step(floats(in)));
            float[] one = SIMD.toFloats(alone.step(floats(member(in, streams, 30))));
            for (int i = 0; i < one.length; i++) {
                assertThat(all[i * streams + 30]).isEqualTo(one[i]);
            }
        }
    }

    private static double[] member(double[] values, int batch, int chosen) {
        double[] out = new double[values.length / batch];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i * batch + chosen];
        }
        return out;
    }

    private static double[] columns(double[] values, int steps, int batch, int from, int count) {
        int rows = values.length / (steps * batch);
        double[] out = new double[rows * count * batch];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(values, (r * steps + from) * batch, out, r * count * batch, count * batch);
        }
        return out;
    }

    private static float[] floats(double[] values) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
        }
        return out;
    }

    @Test
    void stepsAlongTimeStartSmallInTheTrendHeadAndLargeInTheSeasonalHead() {
        Made made = made(EXACT, config(2, Discretization.ZERO_ORDER_HOLD, false, 1));
        for (double raw : EXACT.toDoubles(made.parameters.get("blocks.0.trend.up.step1.bias").variable().value())) {
            assertThat(Math.log1p(Math.exp(raw))).isBetween(1e-3, 1e-2);
        }
        for (double raw : EXACT.toDoubles(made.parameters.get("blocks.0.seasonal.down.step1.bias").variable().value())) {
            assertThat(Math.log1p(Math.exp(raw))).isBetween(1e-1, 1.0);
        }
    }
}
