package io.longwave.ssm.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.checkpoint.Safetensors;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.tape.GradientCheck;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;
import io.longwave.train.TrainableModel.NamedTensor;
import tools.jackson.databind.node.ObjectNode;

/**
 * What every kind of sequence layer must do: whole sequence and recurrence agree, splitting a sequence changes nothing, gradients match finite
 * differences, weights read back give the same bits.
 */
public abstract class SequenceLayerContract {
    private static final Kernels SIMD = new SimdKernels(2);

    protected abstract LayerFamily family();

    /** Settings for layers recorded with this length; small ones keep the tests fast. */
    protected ObjectNode config(int length) {
        return family().defaultConfig(length);
    }

    /** Largest difference of float32 results, for outputs of size 1; a family with longer sums says why it needs more. */
    protected double tolerance() {
        return 2e-5;
    }

    /** Largest difference of a float64 gradient from central differences, relative to the largest of its tensor or 1. */
    protected double gradientTolerance() {
        return 1e-6;
    }

    /** A layer and what it is recorded with. */
    private final class Made {
        private final Kernels kernels;
        private final ParameterSet parameters;
        private final SequenceLayer layer;

        private Made(Kernels kernels, int channels, int length, long seed) {
            this.kernels = kernels;
            this.parameters = new ParameterSet(kernels);
            this.layer = family().create(parameters, "layer.", config(length), channels, length, new SplittableRandom(seed));
        }

        /** The layer on u [H, B, L]. */
        private double[] whole(double[] u, int channels, int batch, int length) {
            Tape tape = new Tape(kernels, null);
            Variable y = layer.record(tape, tape.constant(kernels.of(u, channels, batch, length)));
            y.value().requireShape("y", channels, batch, length);
            tape.forward();
            return kernels.toDoubles(y.value());
        }

        private SequenceRecurrence recurrence() {
            var recurrence = layer.recurrence();
            assumeTrue(recurrence.isPresent(), family().name() + " has no recurrence");
            return recurrence.orElseThrow();
        }
    }

    private static double[] numbers(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private void near(double[] found, double[] expected) {
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("element %d", i).isCloseTo(expected[i], within(tolerance() * scale));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 16, 33, 100})
    void theFastKernelsGiveWhatTheFloat64LoopsGive(int length) {
        double[] u = numbers(5 * 3 * length, length);
        Made exact = new Made(new ReferenceKernels(), 5, length, 4);
        Made fast = new Made(SIMD, 5, length, 4);
        near(fast.whole(u, 5, 3, length), exact.whole(u, 5, 3, length));
    }

    @Test
    void gradientsMatchFiniteDifferences() {
        for (int length : new int[]{1, 9}) {
            Made made = new Made(new ReferenceKernels(), 3, length, 8);
            GradientCheck.check(made.kernels, made.parameters, numbers(3 * 2 * length, 5), new int[]{3, 2, length},
                    recording -> made.layer.record(recording.tape(), recording.input()), null, gradientTolerance());
        }
    }

    @Test
    void asSeriesOfABatchDoNotTouchEachOther() {
        int length = 40;
        double[] u = numbers(4 * 3 * length, 2);
        Made made = new Made(SIMD, 4, length, 1);
        double[] together = made.whole(u, 4, 3, length);
        for (int b = 0; b < 3; b++) {
            double[] one = new double[4 * length];
            double[] expected = new double[4 * length];
            for (int h = 0; h < 4; h++) {
                System.arraycopy(u, (h * 3 + b) * length, one, h * length, length);
                System.arraycopy(together, (h * 3 + b) * length, expected, h * length, length);
            }
            near(made.whole(one, 4, 1, length), expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 17, 64, 130})
    void theRecurrenceAgreesWithTheWholeSequence(int length) {
        int channels = 4;
        int series = 3;
        Made made = new Made(SIMD, channels, length, 3);
        SequenceRecurrence recurrence = made.recurrence();
        double[] u = numbers(channels * series * length, 7);
        float[] state = new float[recurrence.stateSize() * series];
        near(widened(steps(recurrence, state, u, channels, series, length, 0, length)), made.whole(u, channels, series, length));
    }

    /** y [H, S, L] of u [H, S, L] and the state after them, from step {@code from} to {@code to}. */
    private static float[] steps(SequenceRecurrence recurrence, float[] state, double[] u, int channels, int series, int length, int from,
            int to) {
        float[] out = new float[channels * series * length];
        float[] in = new float[channels * series];
        ArraySteps steps = new ArraySteps(SIMD, recurrence, series);
        steps.cohort().write(state);
        for (int t = from; t < to; t++) {
            for (int i = 0; i < in.length; i++) {
                in[i] = (float) u[i * length + t];
            }
            steps.step(in, in);
            for (int i = 0; i < in.length; i++) {
                out[i * length + t] = in[i];
            }
        }
        steps.cohort().read(state);
        return out;
    }

    private static double[] widened(float[] values) {
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i];
        }
        return out;
    }

    @Test
    void splittingTheSequenceAnywhereGivesTheSameBits() {
        int channels = 3;
        int length = 24;
        SequenceRecurrence recurrence = new Made(SIMD, channels, length, 6).recurrence();
        double[] u = numbers(channels * length, 9);
        float[] whole = steps(recurrence, new float[recurrence.stateSize()], u, channels, 1, length, 0, length);
        for (int split = 1; split < length; split += 5) {
            float[] state = new float[recurrence.stateSize()];
            float[] first = steps(recurrence, state, u, channels, 1, length, 0, split);
            float[] second = steps(recurrence, state.clone(), u, channels, 1, length, split, length);
            for (int i = 0; i < whole.length; i++) {
                assertThat(i % length < split ? first[i] : second[i]).isEqualTo(whole[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 8, 9, 16, 17, 33})
    void seriesSteppedTogetherHaveTheBitsOfSeriesSteppedAlone(int series) {
        int channels = 3;
        int length = 12;
        SequenceRecurrence recurrence = new Made(SIMD, channels, length, 6).recurrence();
        double[] u = numbers(channels * series * length, 10);
        float[] together = steps(recurrence, new float[recurrence.stateSize() * series], u, channels, series, length, 0, length);
        for (int s = 0; s < series; s++) {
            double[] own = new double[channels * length];
            for (int h = 0; h < channels; h++) {
                System.arraycopy(u, (h * series + s) * length, own, h * length, length);
            }
            float[] alone = steps(recurrence, new float[recurrence.stateSize()], own, channels, 1, length, 0, length);
            for (int h = 0; h < channels; h++) {
                for (int t = 0; t < length; t++) {
                    assertThat(alone[h * length + t]).isEqualTo(together[(h * series + s) * length + t]);
                }
            }
        }
    }

    @Test
    void weightsReadBackGiveTheSameBits(@TempDir Path directory) {
        int length = 50;
        double[] u = numbers(4 * 2 * length, 3);
        Made made = new Made(SIMD, 4, length, 1);
        List<NamedTensor> weights = new ArrayList<>();
        for (ParameterSet.Entry entry : made.parameters.entries()) {
            List<Integer> shape = Arrays.stream(entry.variable().value().shape().toArray()).boxed().toList();
            weights.add(new NamedTensor(entry.name(), shape, SIMD.toFloats(entry.variable().value())));
        }
        Path file = directory.resolve("layer.safetensors");
        Safetensors.write(file, new Safetensors.Content(Map.of(), weights));
        Made other = new Made(SIMD, 4, length, 2);
        for (NamedTensor tensor : Safetensors.read(file).tensors()) {
            Tensor target = other.parameters.get(tensor.name()).variable().value();
            target.requireShape(tensor.name(), tensor.shape().stream().mapToInt(Integer::intValue).toArray());
            SIMD.upload(tensor.values(), target);
        }
        assertThat(other.whole(u, 4, 2, length)).isEqualTo(made.whole(u, 4, 2, length));
    }

    @Test
    void namesOfAllTensorsStartWithThePrefix() {
        for (ParameterSet.Entry entry : new Made(SIMD, 4, 10, 1).parameters.entries()) {
            assertThat(entry.name()).startsWith("layer.");
        }
    }

    @Test
    void anUnknownSettingIsRefusedByName() {
        ObjectNode config = config(10).put("noSuchSetting", 1);
        assertThatThrownBy(
                () -> family().create(new ParameterSet(SIMD), "layer.", config, 4, 10, new SplittableRandom(1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("noSuchSetting");
    }
}
