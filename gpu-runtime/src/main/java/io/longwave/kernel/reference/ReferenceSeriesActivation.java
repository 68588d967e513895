package io.longwave.kernel.reference;

import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.FloatGelu;
import io.longwave.kernel.SeriesActivation;

/** Float32 like the fast one: what is compared here are bits, so the order of the operations is part of the definition. */
final class ReferenceSeriesActivation implements SeriesActivation {

    @Override
    public void gelu(float[] x, int size) {
        for (int i = 0; i < size; i++) {
            x[i] = FloatGelu.value(x[i]);
        }
    }

    @Override
    public void addGated(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            y[i] = Math.fma(x[i], FloatDecay.sigmoid(x[size + i]), y[i]);
        }
    }

    @Override
    public void normalize(Kind kind, float[] x, float epsilon, float[] gain, float[] bias, float[] y, int series) {
        SeriesActivation.check(x, gain, bias, y, series);
        for (int s = 0; s < series; s++) {
            float mean = 0;
            if (kind == Kind.LAYER) {
                for (int h = 0; h < gain.length; h++) {
                    mean += x[h * series + s];
                }
                mean /= gain.length;
            }
            float squares = 0;
            for (int h = 0; h < gain.length; h++) {
                float d = x[h * series + s] - mean;
                squares = Math.fma(d, d, squares);
            }
            float r = 1f / (float) Math.sqrt(squares / gain.length + epsilon);
            for (int h = 0; h < gain.length; h++) {
                y[h * series + s] = Math.fma((x[h * series + s] - mean) * r, gain[h], bias[h]);
            }
        }
    }
}
