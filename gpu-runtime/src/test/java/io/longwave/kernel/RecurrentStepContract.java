package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.reference.ReferenceKernels;

/** What the steps of many series at once must do: the recurrence, and the same bits everywhere. */
public abstract class RecurrentStepContract {
    private final Kernels reference = new ReferenceKernels();

    protected abstract Kernels kernels();

    private ArraySteps steps() {
        return new ArraySteps(kernels());
    }

    private ArraySteps loops() {
        return new ArraySteps(reference);
    }

    /** Up to 40 steps of a few roundings each, states up to a few tens, sums of up to ten terms. */
    private static void near(float[][] found, double[][] expected) {
        for (int k = 0; k < expected.length; k++) {
            double scale = Math.max(1, Arrays.stream(expected[k]).map(Math::abs).max().orElse(0));
            for (int i = 0; i < expected[k].length; i++) {
                assertThat((double) found[k][i]).as("row %d, number %d", k, i).isCloseTo(expected[k][i], Offset.offset(2e-5 * scale));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 33, 100, 2048, 2049})
    void diagonalStepsEqualTheRecurrenceInDoubleAndTheLoopsToTheBit(int series) {
        Gen.forAll(series > 1000 ? 2 : 10, gen -> {
            StepCase random = StepCase.random(gen, series);
            float[][] found = random.runDiagonal(kernels(), 0, series);
            near(found, random.diagonalInDouble());
            assertThat(found).isDeepEqualTo(random.runDiagonal(reference, 0, series));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 33, 100, 1024, 1025, 4113})
    void selectiveStepsEqualTheRecurrenceInDoubleAndTheLoopsToTheBit(int series) {
        Gen.forAll(series > 1000 ? 2 : 10, gen -> {
            StepCase random = StepCase.random(gen, series);
            boolean exactHold = gen.coin();
            boolean gate = gen.coin();
            float[][] found = random.runSelective(kernels(), exactHold, gate, 0, series);
            near(found, random.selectiveInDouble(exactHold, gate));
            assertThat(found).isDeepEqualTo(random.runSelective(reference, exactHold, gate, 0, series));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 33, 100})
    void linearLayersAndShortConvolutionsEqualPlainSumsAndTheLoopsToTheBit(int series) {
        Gen.forAll(10, gen -> {
            int channels = gen.between(1, 9);
            int outputs = gen.between(1, 9);
            int taps = gen.between(1, 5);
            float[] weight = StepCase.floats(gen.numbers(outputs * channels));
            float[] bias = gen.coin() ? StepCase.floats(gen.numbers(outputs)) : null;
            float[] x = StepCase.floats(gen.numbers(channels * series));
            float[] y = new float[outputs * series];
            steps().linear(weight, bias, channels, x, y, series);
            float[] loops = new float[outputs * series];
            loops().linear(weight, bias, channels, x, loops, series);
            assertThat(y).isEqualTo(loops);
            double[] sums = new double[outputs * series];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = bias == null ? 0 : bias[i / series];
                for (int d = 0; d < channels; d++) {
                    sums[i] += (double) weight[i / series * channels + d] * x[d * series + i % series];
                }
            }
            near(new float[][]{y}, new double[][]{sums});

            float[] kernel = StepCase.floats(gen.numbers(channels * taps));
            float[] offsets = StepCase.floats(gen.numbers(channels));
            int steps = 7;
            float[] inputs = StepCase.floats(gen.numbers(steps * channels * series));
            float[] state = new float[2 + channels * (taps - 1) * series];
            float[] loopState = state.clone();
            for (int t = 0; t < steps; t++) {
                float[] sample = Arrays.copyOfRange(inputs, t * channels * series, (t + 1) * channels * series);
                float[] out = new float[sample.length];
                steps().convolution(kernel, offsets, state, 2, sample, out, series);
                loops = new float[sample.length];
                loops().convolution(kernel, offsets, loopState, 2, sample, loops, series);
                assertThat(out).isEqualTo(loops);
                assertThat(state).isEqualTo(loopState);
                double[] expected = new double[sample.length];
                for (int i = 0; i < expected.length; i++) {
                    double sum = offsets[i / series];
                    for (int k = 0; k <= Math.min(t, taps - 1); k++) {
                        sum += (double) kernel[i / series * taps + k] * inputs[(t - k) * channels * series + i];
                    }
                    expected[i] = sum / (1 + Math.exp(-sum));
                }
                near(new float[][]{out}, new double[][]{expected});
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 33, 100})
    void finiteStepsEqualTheConvolutionInDoubleAndTheLoopsToTheBit(int series) {
        Gen.forAll(5, gen -> {
            int channels = gen.between(1, 3);
            int taps = gen.between(1, 40);
            int steps = 45;
            float[] kernel = StepCase.floats(gen.numbers(channels * taps));
            float[] inputs = StepCase.floats(gen.numbers(steps * channels * series));
            float[] state = new float[channels * taps * series];
            float[] loopState = state.clone();
            for (int t = 0; t < steps; t++) {
                float[] sample = Arrays.copyOfRange(inputs, t * channels * series, (t + 1) * channels * series);
                float[] looped = sample.clone();
                steps().finite(kernel, taps, state, sample, sample, series);
                loops().finite(kernel, taps, loopState, looped, looped, series);
                assertThat(sample).isEqualTo(looped);
                assertThat(state).isEqualTo(loopState);
                double[] expected = new double[sample.length];
                for (int i = 0; i < expected.length; i++) {
                    for (int k = 0; k <= Math.min(t, taps - 1); k++) {
                        expected[i] += (double) kernel[i / series * taps + k] * inputs[(t - k) * channels * series + i];
                    }
                }
                near(new float[][]{sample}, new double[][]{expected});
            }
        });
    }

    /** More inputs and outputs than a tile of any set of kernels holds. */
    @ParameterizedTest
    @ValueSource(ints = {1, 33, 129})
    void wideLinearLayersEqualTheLoopsToTheBit(int series) {
        Gen.forAll(3, gen -> {
            int inputs = gen.coin() ? gen.between(31, 70) : 600; // which no block of a device has room for
            int outputs = gen.between(31, 70);
            float[] weight = StepCase.floats(gen.numbers(outputs * inputs));
            float[] bias = gen.coin() ? StepCase.floats(gen.numbers(outputs)) : null;
            float[] x = StepCase.floats(gen.numbers(inputs * series));
            float[] found = new float[outputs * series];
            steps().linear(weight, bias, inputs, x, found, series);
            float[] loops = new float[outputs * series];
            loops().linear(weight, bias, inputs, x, loops, series);
            assertThat(found).isEqualTo(loops);
        });
    }

    /** Tensors may be larger than the series ask for; what is behind them stays. */
    @Test
    void numbersBehindTheSeriesStay() {
        int series = 5;
        DiagonalStep.Modes modes = new DiagonalStep.Modes(1, 1, new float[]{0.5f}, new float[1], new float[]{1}, new float[1],
                new float[]{1}, new float[1], new float[1]);
        float[] state = new float[2 * series + 3];
        float[] u = new float[series + 2];
        float[] y = new float[series + 4];
        Arrays.fill(state, 7f);
        Arrays.fill(y, 9f);
        steps().diagonal(modes, state, u, y, series);
        assertThat(Arrays.copyOfRange(state, 2 * series, state.length)).containsOnly(7f);
        assertThat(Arrays.copyOfRange(y, series, y.length)).containsOnly(9f);
        assertThat(y[0]).isEqualTo(2 * Math.fma(0.5f, 7f, FloatDecay.REST));
    }

    @Test
    void whichSeriesAreSteppedTogetherDoesNotChangeABit() {
        Gen.forAll(20, gen -> {
            int series = gen.between(2, 70);
            int cut = gen.between(1, series - 1);
            StepCase random = StepCase.random(gen, series);
            boolean exactHold = gen.coin();
            float[][] all = random.runDiagonal(kernels(), 0, series);
            assertThat(columns(all, series, 0, cut)).isDeepEqualTo(random.runDiagonal(kernels(), 0, cut));
            assertThat(columns(all, series, cut, series - cut)).isDeepEqualTo(random.runDiagonal(kernels(), cut, series - cut));
            all = random.runSelective(kernels(), exactHold, true, 0, series);
            assertThat(columns(all, series, 0, cut)).isDeepEqualTo(random.runSelective(kernels(), exactHold, true, 0, cut));
            assertThat(columns(all, series, cut, series - cut))
                    .isDeepEqualTo(random.runSelective(kernels(), exactHold, true, cut, series - cut));
        });
    }

    private static float[][] columns(float[][] rows, int series, int from, int count) {
        float[][] out = new float[rows.length][];
        for (int k = 0; k < rows.length; k++) {
            int size = rows[k].length / series;
            out[k] = new float[size * count];
            for (int r = 0; r < size; r++) {
                System.arraycopy(rows[k], r * series + from, out[k], r * count, count);
            }
        }
        return out;
    }

    @Test
    void theOutputMayBeTheInput() {
        Gen.forAll(5, gen -> {
            StepCase random = StepCase.random(gen, 19);
            DiagonalStep.Modes modes = random.modes();
            float[] u = StepCase.floats(gen.numbers(modes.channels() * 19));
            float[] apart = new float[u.length];
            steps().diagonal(modes, new float[modes.stateSize() * 19], u, apart, 19);
            steps().diagonal(modes, new float[modes.stateSize() * 19], u, u, 19);
            assertThat(u).isEqualTo(apart);
        });
    }

    @Test
    void statesWithoutInputComeToRestAboveTheSubnormalNumbers() {
        int series = 18;
        DiagonalStep.Modes modes = new DiagonalStep.Modes(1, 1, new float[]{0.3f}, new float[]{0.4f}, new float[]{1}, new float[]{0},
                new float[]{1}, new float[]{0}, new float[]{0});
        float[] state = new float[2 * series];
        Arrays.fill(state, 1f);
        float[] y = new float[series];
        SelectiveStep.System system = new SelectiveStep.System(1, 1, 1, new float[]{-1}, new float[]{1}, new float[]{0}, false);
        float[] x = new float[series];
        Arrays.fill(x, 1f);
        for (int k = 0; k < 500; k++) {
            steps().diagonal(modes, state, new float[series], y, series);
            steps().selective(system, x, new float[series], new float[series], y, y, null, new float[series], series);
        }
        for (float[] values : new float[][]{state, x}) {
            for (float value : values) {
                assertThat(Math.abs(value)).isBetween(Float.MIN_NORMAL, 1e-15f);
            }
        }
    }

    /** Exponents far below the smallest one that counts, beside ordinary ones. */
    @Test
    void statesThatDecayWithinOneStepEqualTheLoopsToTheBit() {
        Gen.forAll(5, gen -> {
            int series = 37;
            SelectiveStep.System system = new SelectiveStep.System(1, 5, 1, new float[]{-0.5f, -300, -1e4f, -2, -90}, new float[]{1},
                    new float[]{0.5f}, gen.coin());
            float[] u = StepCase.floats(gen.numbers(2 * series));
            float[] inputs = StepCase.floats(gen.numbers(5 * series));
            float[] state = StepCase.floats(gen.numbers(5 * series));
            float[] loops = state.clone();
            float[] y = new float[series];
            float[] expected = new float[series];
            steps().selective(system, state, u, u, inputs, inputs, null, y, series);
            loops().selective(system, loops, u, u, inputs, inputs, null, expected, series);
            assertThat(state).isEqualTo(loops);
            assertThat(y).isEqualTo(expected);
        });
    }

    @Test
    void tensorsTooSmallForTheSeriesAreRefusedBeforeAnythingIsWritten() {
        DiagonalStep.Modes modes = new DiagonalStep.Modes(1, 1, new float[1], new float[1], new float[1], new float[1], new float[1],
                new float[1], new float[1]);
        assertThatThrownBy(() -> steps().diagonal(modes, new float[7], new float[4], new float[4], 4))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("state: expected at least 8 numbers but was 7");
        SelectiveStep.System system = new SelectiveStep.System(1, 2, 1, new float[2], new float[1], new float[1], true);
        assertThatThrownBy(() -> steps().selective(system, new float[8], new float[4], new float[4], new float[8],
                new float[7], null, new float[4], 4)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("c: expected at least 8 numbers but was 7");
    }

    @Test
    void growingStatesAreRefused() {
        assertThatThrownBy(() -> new SelectiveStep.System(1, 1, 1, new float[]{0.5f}, new float[1], new float[1], false))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("a: expected no rate above 0 but was 0.5");
    }

    /**
     * Half an ulp is 6e-8. The polynomial is fitted to 2^y, so that of 2^y − 1 is 3e-7 off near 0; e^v also has the rounding of v · log2 e, up to
     * 87 times half an ulp.
     */
    @Test
    void theExponentialIsRightToAFewRoundings() {
        for (int i = 0; i <= 60_000; i++) {
            float v = -i * 1e-3f;
            double exact = Math.exp(v);
            assertThat(FloatDecay.sigmoid(v) / (exact / (1 + exact)) - 1).as("sigmoid(%s)", v).isBetween(-4e-6, 4e-6);
            assertThat(FloatDecay.softplus(v) / Math.log1p(exact) - 1).as("softplus(%s)", v).isBetween(-4e-6, 4e-6);
            float y = -i * 1e-3f;
            assertThat(FloatDecay.exp2(y) / Math.pow(2, y) - 1).as("2^%s", y).isBetween(-2e-7, 2e-7);
            if (i > 0) {
                assertThat(FloatDecay.exp2Minus1(y) / Math.expm1(y * Math.log(2)) - 1).as("2^%s - 1", y).isBetween(-7e-7, 7e-7);
            }
        }
        assertThat(FloatDecay.exp2(0)).isEqualTo(1f);
        assertThat(FloatDecay.exp2(Float.NaN)).isNaN();
        assertThat(FloatDecay.softplus(100f)).isEqualTo(100f);
    }
}
