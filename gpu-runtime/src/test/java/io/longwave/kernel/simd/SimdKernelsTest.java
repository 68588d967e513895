package io.longwave.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.ChannelNormalization;
import io.longwave.kernel.DeviationLoss;
import io.longwave.kernel.Dropout;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.KernelsContract;
import io.longwave.tensor.Tensor;

class SimdKernelsTest extends KernelsContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }

    @Test
    void theNumberOfThreadsDoesNotChangeABit() {
        SplittableRandom random = new SplittableRandom(5);
        double[] s = random.doubles(6 * 5000, -3, 3).toArray();
        double[] w = random.doubles(36, -1, 1).toArray();
        double[] first = weightGradient(new SimdKernels(1), s, w);
        for (int threads = 2; threads <= 4; threads++) {
            assertThat(weightGradient(new SimdKernels(threads), s, w)).isEqualTo(first);
        }
    }

    private static double[] weightGradient(Kernels kernels, double[] s, double[] w) {
        Tensor dw = kernels.zeros(6, 6);
        kernels.activatedLinear().backward(kernels.of(s, 6, 5000), kernels.of(w, 6, 6), new Dropout(0.1, 3, 1), true,
                kernels.of(s, 6, 5000),
                kernels.zeros(6, 5000), false, dw, kernels.zeros(6));
        return kernels.toDoubles(dw);
    }

    @Test
    void sumsOfLayersNormsAndLossesDoNotDependOnTheNumberOfThreads() {
        SplittableRandom random = new SplittableRandom(6);
        double[] x = random.doubles(6 * 40_000, -3, 3).toArray();
        double[] w = random.doubles(36, -1, 1).toArray();
        double[] first = longSums(new SimdKernels(1), x, w);
        for (int threads = 2; threads <= 4; threads++) {
            assertThat(longSums(new SimdKernels(threads), x, w)).isEqualTo(first);
        }
    }

    private static double[] longSums(Kernels kernels, double[] x, double[] w) {
        Tensor xT = kernels.of(x, 6, 40_000);
        Tensor dw = kernels.zeros(6, 6);
        Tensor db = kernels.zeros(6);
        kernels.channelLinear().backward(xT, kernels.of(w, 6, 6), xT, null, false, dw, db);
        Tensor dgain = kernels.zeros(6);
        Tensor dbias = kernels.zeros(6);
        Tensor statistics = kernels.zeros(2, 40_000);
        Tensor y = kernels.zeros(6, 40_000);
        kernels.channelNormalization().forward(ChannelNormalization.Kind.LAYER, xT, 1e-5, dgain, dbias, statistics, y);
        kernels.channelNormalization().backward(ChannelNormalization.Kind.LAYER, xT, kernels.of(Arrays.copyOf(w, 6), 6), statistics, xT, y,
                false, dgain, dbias);
        Tensor loss = kernels.zeros(1);
        kernels.deviationLoss().forward(DeviationLoss.Kind.SQUARED, xT, y, null, loss, 0);
        return Stream.of(kernels.toDoubles(dw), kernels.toDoubles(db), kernels.toDoubles(dgain), kernels.toDoubles(dbias),
                kernels.toDoubles(loss), kernels.toDoubles(y)).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Subnormal operands cost a processor a hundred times the ordinary multiply-add. */
    @Test
    void farNegativeInputsActivateToZeroAndNotToSubnormalNumbers() {
        int count = 2000;
        float[] values = new float[2048];
        for (int i = 0; i < count; i++) {
            values[i] = -0.02f * i;
        }
        float[] slopes = new float[values.length];
        SimdGelu.valuesAndSlopes(values, slopes, 0, values.length);
        for (int i = 0; i < count; i++) {
            assertThat(Math.abs(values[i])).as("gelu(%s)", -0.02f * i).matches(g -> g == 0 || g > 1e-27f);
            assertThat(Math.abs(slopes[i])).as("gelu'(%s)", -0.02f * i).matches(g -> g == 0 || g > 1e-27f);
        }
        assertThat(values[count - 1]).isZero();
    }

    @Test
    void aFailingTaskIsThrownToTheCallerAndThePoolGoesOn() {
        WorkPool pool = new WorkPool(3);
        assertThatThrownBy(() -> pool.run(10, i -> {
            if (i == 4) {
                throw new IllegalStateException("task 4");
            }
        })).hasMessage("task 4");
        int[] done = new int[100];
        pool.run(100, i -> done[i]++);
        assertThat(Arrays.stream(done).allMatch(n -> n == 1)).isTrue();
    }

    @Test
    void tasksStartedInsideATaskRunToTheirEnd() {
        WorkPool pool = new WorkPool(2);
        AtomicInteger count = new AtomicInteger();
        pool.run(4, i -> pool.run(5, j -> count.incrementAndGet()));
        assertThat(count.get()).isEqualTo(20);
    }
}
