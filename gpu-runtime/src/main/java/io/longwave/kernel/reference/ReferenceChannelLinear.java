package io.longwave.kernel.reference;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.ChannelLinear;
import io.longwave.tensor.Tensor;

final class ReferenceChannelLinear implements ChannelLinear {

    @Override
    public void forward(Tensor xTensor, Tensor weight, @Nullable Tensor bias, Tensor yTensor, boolean accumulate) {
        ChannelLinear.check(xTensor, weight, bias, yTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] w = ReferenceTensor.of(weight);
        double[] y = ReferenceTensor.of(yTensor);
        int channels = xTensor.dim(0);
        int positions = xTensor.dim(1);
        for (int m = 0; m < weight.dim(0); m++) {
            for (int p = 0; p < positions; p++) {
                double sum = bias == null ? 0 : ReferenceTensor.of(bias)[m];
                for (int d = 0; d < channels; d++) {
                    sum += w[m * channels + d] * x[d * positions + p];
                }
                y[m * positions + p] = accumulate ? y[m * positions + p] + sum : sum;
            }
        }
    }

    @Override
    public void backward(Tensor xTensor, Tensor weight, Tensor gradient, @Nullable Tensor inputGradient, boolean accumulate,
            Tensor weightGradient, @Nullable Tensor biasGradient) {
        ChannelLinear.check(xTensor, weight, biasGradient, gradient);
        ChannelLinear.check(xTensor, weightGradient, biasGradient, gradient);
        double[] x = ReferenceTensor.of(xTensor);
        double[] w = ReferenceTensor.of(weight);
        double[] dy = ReferenceTensor.of(gradient);
        double[] dw = ReferenceTensor.of(weightGradient);
        int channels = xTensor.dim(0);
        int positions = xTensor.dim(1);
        for (int m = 0; m < weight.dim(0); m++) {
            for (int p = 0; p < positions; p++) {
                double g = dy[m * positions + p];
                if (biasGradient != null) {
                    ReferenceTensor.of(biasGradient)[m] += g;
                }
                for (int d = 0; d < channels; d++) {
                    dw[m * channels + d] += g * x[d * positions + p];
                }
            }
        }
        if (inputGradient == null) {
            return;
        }
        ChannelLinear.check(inputGradient, weight, biasGradient, gradient);
        double[] dx = ReferenceTensor.of(inputGradient);
        for (int d = 0; d < channels; d++) {
            for (int p = 0; p < positions; p++) {
                double sum = 0;
                for (int m = 0; m < weight.dim(0); m++) {
                    sum += w[m * channels + d] * dy[m * positions + p];
                }
                dx[d * positions + p] = accumulate ? dx[d * positions + p] + sum : sum;
            }
        }
    }
}
