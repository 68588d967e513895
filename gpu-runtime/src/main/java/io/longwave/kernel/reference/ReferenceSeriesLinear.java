package io.longwave.kernel.reference;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.SeriesLinear;
import io.longwave.tensor.Tensor;

/** Float32 like the fast one: what is compared here are bits, so the order of the multiply-adds is part of the definition. */
final class ReferenceSeriesLinear implements SeriesLinear {

    @Override
    public void apply(Tensor weights, @Nullable Tensor bias, Tensor xTensor, Tensor yTensor, int series) {
        SeriesLinear.check(weights, bias, xTensor, yTensor, series);
        double[] weight = ReferenceTensor.of(weights);
        double[] start = bias == null ? new double[weights.dim(0)] : ReferenceTensor.of(bias);
        double[] x = ReferenceTensor.of(xTensor);
        double[] y = ReferenceTensor.of(yTensor);
        int inputs = weights.dim(1);
        for (int m = 0; m < weights.dim(0); m++) {
            for (int s = 0; s < series; s++) {
                float sum = (float) start[m];
                for (int d = 0; d < inputs; d++) {
                    sum = Math.fma((float) weight[m * inputs + d], (float) x[d * series + s], sum);
                }
                y[m * series + s] = sum;
            }
        }
    }
}
