package io.longwave.kernel.simd;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SeriesConvolution;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Lanes run over the series; each input moves one place towards the oldest while it is in a register. */
final class SimdSeriesConvolution implements SeriesConvolution {
    private static final VectorSpecies<Float> LANES = SimdDecay.LANES;
    private static final int WIDTH = LANES.length();

    @Override
    public void step(float[] weight, float[] bias, float[] state, int stateAt, float[] x, float[] y, int series) {
        int taps = SeriesConvolution.check(weight, bias, state, stateAt, x, y, series);
        int bound = LANES.loopBound(series);
        for (int h = 0; h < bias.length; h++) {
            int rows = stateAt + h * (taps - 1) * series;
            for (int s = 0; s < bound; s += WIDTH) {
                FloatVector newest = FloatVector.fromArray(LANES, x, h * series + s);
                FloatVector sum = FloatVector.broadcast(LANES, bias[h]);
                int at = rows + s;
                for (int k = 0; k < taps - 1; k++) {
                    FloatVector input = FloatVector.fromArray(LANES, state, at);
                    sum = input.fma(FloatVector.broadcast(LANES, weight[h * taps + taps - 1 - k]), sum);
                    if (k > 0) {
                        input.intoArray(state, at - series);
                    }
                    at += series;
                }
                if (taps > 1) {
                    newest.intoArray(state, at - series);
                }
                sum = newest.fma(FloatVector.broadcast(LANES, weight[h * taps]), sum);
                sum.mul(SimdDecay.sigmoid(sum)).intoArray(y, h * series + s);
            }
            for (int s = bound; s < series; s++) {
                float newest = x[h * series + s];
                float sum = bias[h];
                for (int k = 0; k < taps - 1; k++) {
                    int at = rows + k * series + s;
                    sum = Math.fma(weight[h * taps + taps - 1 - k], state[at], sum);
                    state[at] = k == taps - 2 ? newest : state[at + series];
                }
                sum = Math.fma(weight[h * taps], newest, sum);
                y[h * series + s] = sum * FloatDecay.sigmoid(sum);
            }
        }
    }
}
