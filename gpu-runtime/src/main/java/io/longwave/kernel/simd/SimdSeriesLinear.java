package io.longwave.kernel.simd;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.SeriesLinear;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes run over the series, four outputs at a time: a vector of inputs is read once for four multiply-adds, which do not wait for each other.
 * Where there are fewer series than lanes the same four sums are single numbers.
 */
final class SimdSeriesLinear implements SeriesLinear {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();

    @Override
    public void apply(Tensor weights, @Nullable Tensor biases, Tensor xTensor, Tensor yTensor, int series) {
        SeriesLinear.check(weights, biases, xTensor, yTensor, series);
        apply(SimdTensor.of(weights), SimdTensor.orNull(biases), weights.dim(0), weights.dim(1), SimdTensor.of(xTensor),
                SimdTensor.of(yTensor), series);
    }

    private static void apply(float[] weight, float @Nullable [] bias, int outputs, int inputs, float[] x, float[] y, int series) {
        int bound = LANES.loopBound(series);
        for (int s = 0; s < bound; s += WIDTH) {
            int m = 0;
            for (; m + 4 <= outputs; m += 4) {
                four(weight, bias, m, inputs, x, y, s, series);
            }
            for (; m < outputs; m++) {
                one(weight, bias, m, inputs, x, y, s, series);
            }
        }
        for (int s = bound; s < series; s++) {
            int m = 0;
            for (; m + 4 <= outputs; m += 4) {
                fourNumbers(weight, bias, m, inputs, x, y, s, series);
            }
            for (; m < outputs; m++) {
                float sum = bias == null ? 0 : bias[m];
                for (int d = 0; d < inputs; d++) {
                    sum = Math.fma(weight[m * inputs + d], x[d * series + s], sum);
                }
                y[m * series + s] = sum;
            }
        }
    }

    private static float start(float @Nullable [] bias, int m) {
        return bias == null ? 0 : bias[m];
    }

    private static void four(float[] weight, float @Nullable [] bias, int m, int inputs, float[] x, float[] y, int s, int series) {
        FloatVector s0 = FloatVector.broadcast(LANES, start(bias, m));
        FloatVector s1 = FloatVector.broadcast(LANES, start(bias, m + 1));
        FloatVector s2 = FloatVector.broadcast(LANES, start(bias, m + 2));
        FloatVector s3 = FloatVector.broadcast(LANES, start(bias, m + 3));
        int w = m * inputs;
        for (int d = 0; d < inputs; d++) {
            FloatVector input = FloatVector.fromArray(LANES, x, d * series + s);
            s0 = input.fma(FloatVector.broadcast(LANES, weight[w + d]), s0);
            s1 = input.fma(FloatVector.broadcast(LANES, weight[w + inputs + d]), s1);
            s2 = input.fma(FloatVector.broadcast(LANES, weight[w + 2 * inputs + d]), s2);
            s3 = input.fma(FloatVector.broadcast(LANES, weight[w + 3 * inputs + d]), s3);
        }
        s0.intoArray(y, m * series + s);
        s1.intoArray(y, (m + 1) * series + s);
        s2.intoArray(y, (m + 2) * series + s);
        s3.intoArray(y, (m + 3) * series + s);
    }

    private static void one(float[] weight, float @Nullable [] bias, int m, int inputs, float[] x, float[] y, int s, int series) {
        FloatVector sum = FloatVector.broadcast(LANES, start(bias, m));
        for (int d = 0; d < inputs; d++) {
            sum = FloatVector.fromArray(LANES, x, d * series + s).fma(FloatVector.broadcast(LANES, weight[m * inputs + d]), sum);
        }
        sum.intoArray(y, m * series + s);
    }

    private static void fourNumbers(float[] weight, float @Nullable [] bias, int m, int inputs, float[] x, float[] y, int s, int series) {
        float s0 = start(bias, m);
        float s1 = start(bias, m + 1);
        float s2 = start(bias, m + 2);
        float s3 = start(bias, m + 3);
        int w = m * inputs;
        for (int d = 0; d < inputs; d++) {
            float input = x[d * series + s];
            s0 = Math.fma(weight[w + d], input, s0);
            s1 = Math.fma(weight[w + inputs + d], input, s1);
            s2 = Math.fma(weight[w + 2 * inputs + d], input, s2);
            s3 = Math.fma(weight[w + 3 * inputs + d], input, s3);
        }
        y[m * series + s] = s0;
        y[(m + 1) * series + s] = s1;
        y[(m + 2) * series + s] = s2;
        y[(m + 3) * series + s] = s3;
    }
}
