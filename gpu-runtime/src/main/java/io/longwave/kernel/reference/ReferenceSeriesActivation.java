package io.longwave.kernel.reference;

import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.FloatGelu;
import io.longwave.kernel.SeriesActivation;
import io.longwave.tensor.Tensor;

/** Float32 like the fast one: what is compared here are bits, so the order of the operations is part of the definition. */
final class ReferenceSeriesActivation implements SeriesActivation {

    @Override
    public void gelu(Tensor xTensor, int size) {
        DiagonalStep.requireRoom("x", xTensor, size);
        double[] x = ReferenceTensor.of(xTensor);
        for (int i = 0; i < size; i++) {
            x[i] = FloatGelu.value((float) x[i]);
        }
    }

    @Override
    public void addGated(Tensor xTensor, Tensor yTensor, int size) {
        DiagonalStep.requireRoom("x", xTensor, 2L * size);
        DiagonalStep.requireRoom("y", yTensor, size);
        double[] x = ReferenceTensor.of(xTensor);
        double[] y = ReferenceTensor.of(yTensor);
        for (int i = 0; i < size; i++) {
            y[i] = Math.fma((float) x[i], FloatDecay.sigmoid((float) x[size + i]), (float) y[i]);
        }
    }

    @Override
    public void normalize(Kind kind, Tensor xTensor, float epsilon, Tensor gains, Tensor biases, Tensor yTensor, int series) {
        SeriesActivation.check(xTensor, gains, biases, yTensor, series);
        double[] gain = ReferenceTensor.of(gains);
        double[] bias = ReferenceTensor.of(biases);
        double[] y = ReferenceTensor.of(yTensor);
        float[] x = new float[gain.length];
        for (int s = 0; s < series; s++) {
            float mean = 0;
            for (int h = 0; h < gain.length; h++) {
                x[h] = (float) ReferenceTensor.of(xTensor)[h * series + s];
                mean += x[h];
            }
            mean = kind == Kind.LAYER ? mean / gain.length : 0;
            float squares = 0;
            for (float value : x) {
                float d = value - mean;
                squares = Math.fma(d, d, squares);
            }
            float r = 1f / (float) Math.sqrt(squares / gain.length + epsilon);
            for (int h = 0; h < gain.length; h++) {
                y[h * series + s] = Math.fma((x[h] - mean) * r, (float) gain[h], (float) bias[h]);
            }
        }
    }

    @Override
    public void scale(Tensor xTensor, Tensor means, Tensor gains, Tensor biases, Tensor yTensor, int series) {
        SeriesActivation.check(xTensor, means, gains, biases, yTensor, series);
        double[] x = ReferenceTensor.of(xTensor);
        double[] mean = ReferenceTensor.of(means);
        double[] gain = ReferenceTensor.of(gains);
        double[] bias = ReferenceTensor.of(biases);
        double[] y = ReferenceTensor.of(yTensor);
        for (int h = 0; h < gain.length; h++) {
            for (int i = h * series; i < (h + 1) * series; i++) {
                y[i] = Math.fma((float) x[i] - (float) mean[h], (float) gain[h], (float) bias[h]);
            }
        }
    }
}
