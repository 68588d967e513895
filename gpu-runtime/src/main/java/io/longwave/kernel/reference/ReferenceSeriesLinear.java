package io.longwave.kernel.reference;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.SeriesLinear;

/** Float32 like the fast one: what is compared here are bits, so the order of the multiply-adds is part of the definition. */
final class ReferenceSeriesLinear implements SeriesLinear {

    @Override
    public void apply(float[] weight, float @Nullable [] bias, int inputs, float[] x, float[] y, int series) {
        int outputs = SeriesLinear.check(weight, bias, inputs, x, y, series);
        for (int m = 0; m < outputs; m++) {
            for (int s = 0; s < series; s++) {
                float sum = bias == null ? 0 : bias[m];
                for (int d = 0; d < inputs; d++) {
                    sum = Math.fma(weight[m * inputs + d], x[d * series + s], sum);
                }
                y[m * series + s] = sum;
            }
        }
    }
}
