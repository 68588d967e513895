package io.longwave.kernel.reference;

import io.longwave.kernel.ActivatedLinear;
import io.longwave.kernel.Dropout;
import io.longwave.tensor.Tensor;

final class ReferenceActivatedLinear implements ActivatedLinear {

    @Override
    public void forward(Tensor sTensor, Tensor weight, Tensor bias, Dropout dropout, boolean residual, Tensor yTensor, boolean accumulate) {
        ActivatedLinear.check(sTensor, weight, bias, residual, yTensor);
        double[] s = ReferenceTensor.of(sTensor);
        double[] w = ReferenceTensor.of(weight);
        double[] y = ReferenceTensor.of(yTensor);
        int channels = sTensor.dim(0);
        int positions = sTensor.dim(1);
        double[] active = new double[s.length];
        for (int i = 0; i < s.length; i++) {
            active[i] = dropout.keeps(i) ? dropout.scale() * Gelu.value(s[i]) : 0;
        }
        for (int m = 0; m < weight.dim(0); m++) {
            for (int p = 0; p < positions; p++) {
                double sum = ReferenceTensor.of(bias)[m];
                for (int d = 0; d < channels; d++) {
                    sum += w[m * channels + d] * active[d * positions + p];
                }
                if (residual) {
                    sum += s[m * positions + p];
                }
                y[m * positions + p] = accumulate ? y[m * positions + p] + sum : sum;
            }
        }
    }

    @Override
    public void backward(Tensor sTensor, Tensor weight, Dropout dropout, boolean residual, Tensor gradient, Tensor inputGradient,
            boolean accumulate, Tensor weightGradient, Tensor biasGradient) {
        ActivatedLinear.check(sTensor, weight, biasGradient, residual, gradient);
        ActivatedLinear.check(inputGradient, weightGradient, biasGradient, residual, gradient);
        double[] s = ReferenceTensor.of(sTensor);
        double[] w = ReferenceTensor.of(weight);
        double[] dy = ReferenceTensor.of(gradient);
        double[] ds = ReferenceTensor.of(inputGradient);
        double[] dw = ReferenceTensor.of(weightGradient);
        double[] db = ReferenceTensor.of(biasGradient);
        int channels = sTensor.dim(0);
        int positions = sTensor.dim(1);
        for (int m = 0; m < weight.dim(0); m++) {
            for (int p = 0; p < positions; p++) {
                db[m] += dy[m * positions + p];
            }
        }
        for (int d = 0; d < channels; d++) {
            for (int p = 0; p < positions; p++) {
                int at = d * positions + p;
                double factor = dropout.keeps(at) ? dropout.scale() : 0;
                double active = factor * Gelu.value(s[at]);
                double sum = 0;
                for (int m = 0; m < weight.dim(0); m++) {
                    sum += w[m * channels + d] * dy[m * positions + p];
                    dw[m * channels + d] += active * dy[m * positions + p];
                }
                sum *= factor * Gelu.derivative(s[at]);
                if (residual) {
                    sum += dy[at];
                }
                ds[at] = accumulate ? ds[at] + sum : sum;
            }
        }
    }
}
