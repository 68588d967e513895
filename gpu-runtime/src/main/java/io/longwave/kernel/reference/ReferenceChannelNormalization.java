package io.longwave.kernel.reference;

import io.longwave.kernel.ChannelNormalization;
import io.longwave.tensor.Tensor;

final class ReferenceChannelNormalization implements ChannelNormalization {

    @Override
    public void forward(Kind kind, Tensor xTensor, double epsilon, Tensor gainTensor, Tensor biasTensor, Tensor statistics,
            Tensor yTensor) {
        ChannelNormalization.check(xTensor, gainTensor, biasTensor, statistics, yTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] gain = ReferenceTensor.of(gainTensor);
        double[] bias = ReferenceTensor.of(biasTensor);
        double[] s = ReferenceTensor.of(statistics);
        double[] y = ReferenceTensor.of(yTensor);
        int channels = xTensor.dim(0);
        int positions = xTensor.dim(1);
        for (int p = 0; p < positions; p++) {
            double mean = 0;
            if (kind == Kind.LAYER) {
                for (int h = 0; h < channels; h++) {
                    mean += x[h * positions + p] / channels;
                }
            }
            double square = 0;
            for (int h = 0; h < channels; h++) {
                double d = x[h * positions + p] - mean;
                square += d * d / channels;
            }
            s[p] = mean;
            s[positions + p] = 1 / Math.sqrt(square + epsilon);
            for (int h = 0; h < channels; h++) {
                y[h * positions + p] = gain[h] * (x[h * positions + p] - mean) * s[positions + p] + bias[h];
            }
        }
    }

    @Override
    public void backward(Kind kind, Tensor xTensor, Tensor gainTensor, Tensor statistics, Tensor gradient, Tensor target,
            boolean accumulate, Tensor gainGradient, Tensor biasGradient) {
        ChannelNormalization.check(xTensor, gainTensor, biasGradient, statistics, gradient);
        ChannelNormalization.check(xTensor, gainGradient, biasGradient, statistics, target);
        double[] x = ReferenceTensor.of(xTensor);
        double[] gain = ReferenceTensor.of(gainTensor);
        double[] s = ReferenceTensor.of(statistics);
        double[] dy = ReferenceTensor.of(gradient);
        double[] dx = ReferenceTensor.of(target);
        int channels = xTensor.dim(0);
        int positions = xTensor.dim(1);
        for (int p = 0; p < positions; p++) {
            double mean = s[p];
            double r = s[positions + p];
            double meanG = 0;
            double meanGx = 0;
            for (int h = 0; h < channels; h++) {
                int i = h * positions + p;
                double hat = (x[i] - mean) * r;
                ReferenceTensor.of(gainGradient)[h] += dy[i] * hat;
                ReferenceTensor.of(biasGradient)[h] += dy[i];
                meanG += gain[h] * dy[i] / channels;
                meanGx += gain[h] * dy[i] * hat / channels;
            }
            if (kind == Kind.RMS) {
                meanG = 0;
            }
            for (int h = 0; h < channels; h++) {
                int i = h * positions + p;
                double d = r * (gain[h] * dy[i] - meanG - (x[i] - mean) * r * meanGx);
                dx[i] = accumulate ? dx[i] + d : d;
            }
        }
    }
}
