package io.longwave.kernel.reference;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SeriesConvolution;

/** Float32 like the fast one: what is compared here are bits, so the order of the multiply-adds is part of the definition. */
final class ReferenceSeriesConvolution implements SeriesConvolution {

    @Override
    public void step(float[] weight, float[] bias, float[] state, int stateAt, float[] x, float[] y, int series) {
        int taps = SeriesConvolution.check(weight, bias, state, stateAt, x, y, series);
        for (int h = 0; h < bias.length; h++) {
            for (int s = 0; s < series; s++) {
                float newest = x[h * series + s];
                float sum = bias[h];
                for (int k = 0; k < taps - 1; k++) {
                    int at = stateAt + (h * (taps - 1) + k) * series + s;
                    sum = Math.fma(weight[h * taps + taps - 1 - k], state[at], sum);
                    state[at] = k == taps - 2 ? newest : state[at + series];
                }
                sum = Math.fma(weight[h * taps], newest, sum);
                y[h * series + s] = sum * FloatDecay.sigmoid(sum);
            }
        }
    }
}
