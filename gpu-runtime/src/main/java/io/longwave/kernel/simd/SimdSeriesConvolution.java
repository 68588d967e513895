package io.longwave.kernel.simd;

import io.longwave.kernel.SeriesConvolution;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Lanes run over the series; each input moves one place towards the oldest while it is in a register. */
final class SimdSeriesConvolution implements SeriesConvolution {
    private static final VectorSpecies<Float> LANES = SimdDecay.LANES;
    private static final int WIDTH = LANES.length();
    private static final int BLOCK = 1024;

    private final ThreadLocal<Scratch> scratch;

    SimdSeriesConvolution(ThreadLocal<Scratch> scratch) {
        this.scratch = scratch;
    }

    @Override
    public void step(Tensor weights, Tensor biases, Tensor stateTensor, int stateAt, Tensor xTensor, Tensor yTensor, int series) {
        int taps = SeriesConvolution.check(weights, biases, stateTensor, stateAt, xTensor, yTensor, series);
        float[] weight = SimdTensor.of(weights);
        float[] bias = SimdTensor.of(biases);
        float[] state = SimdTensor.of(stateTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] y = SimdTensor.of(yTensor);
        float[] sums = scratch.get().array(0, 2 * BLOCK);
        for (int h = 0; h < bias.length; h++) {
            for (int from = 0; from < series; from += BLOCK) {
                int count = Math.min(BLOCK, series - from);
                int at = h * series + from;
                sum(weight, h * taps, taps, bias[h], state, stateAt + h * (taps - 1) * series + from, series, x, at, sums, count);
                SimdDecay.sigmoid(sums, 0, sums, BLOCK, count);
                for (int i = 0; i < count; i++) {
                    y[at + i] = sums[i] * sums[BLOCK + i];
                }
            }
        }
    }

    private static void sum(float[] weight, int w, int taps, float bias, float[] state, int stateAt, int series, float[] x, int xAt,
            float[] sums, int count) {
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector newest = FloatVector.fromArray(LANES, x, xAt + i);
            FloatVector sum = FloatVector.broadcast(LANES, bias);
            int at = stateAt + i;
            for (int k = taps - 1; k > 0; k--) {
                FloatVector input = FloatVector.fromArray(LANES, state, at);
                sum = input.fma(FloatVector.broadcast(LANES, weight[w + k]), sum);
                if (k < taps - 1) {
                    input.intoArray(state, at - series);
                }
                at += series;
            }
            if (taps > 1) {
                newest.intoArray(state, at - series);
            }
            newest.fma(FloatVector.broadcast(LANES, weight[w]), sum).intoArray(sums, i);
        }
        for (int i = bound; i < count; i++) {
            float newest = x[xAt + i];
            float sum = bias;
            int at = stateAt + i;
            for (int k = taps - 1; k > 0; k--) {
                sum = Math.fma(weight[w + k], state[at], sum);
                state[at] = k == 1 ? newest : state[at + series];
                at += series;
            }
            sums[i] = Math.fma(weight[w], newest, sum);
        }
    }
}
