package io.longwave.kernel.reference;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SeriesConvolution;
import io.longwave.tensor.Tensor;

/** Float32 like the fast one: what is compared here are bits, so the order of the multiply-adds is part of the definition. */
final class ReferenceSeriesConvolution implements SeriesConvolution {

    @Override
    public void step(Tensor weights, Tensor biases, Tensor stateTensor, int stateAt, Tensor xTensor, Tensor yTensor, int series) {
        int taps = SeriesConvolution.check(weights, biases, stateTensor, stateAt, xTensor, yTensor, series);
        double[] weight = ReferenceTensor.of(weights);
        double[] bias = ReferenceTensor.of(biases);
        double[] state = ReferenceTensor.of(stateTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] y = ReferenceTensor.of(yTensor);
        for (int h = 0; h < bias.length; h++) {
            for (int s = 0; s < series; s++) {
                float newest = (float) x[h * series + s];
                float sum = (float) bias[h];
                for (int k = 0; k < taps - 1; k++) {
                    int at = stateAt + (h * (taps - 1) + k) * series + s;
                    sum = Math.fma((float) weight[h * taps + taps - 1 - k], (float) state[at], sum);
                    state[at] = k == taps - 2 ? newest : state[at + series];
                }
                sum = Math.fma((float) weight[h * taps], newest, sum);
                y[h * series + s] = sum * FloatDecay.sigmoid(sum);
            }
        }
    }
}
