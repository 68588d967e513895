package io.longwave.kernel.reference;

import java.util.Arrays;

import io.longwave.kernel.CausalConvolution;
import io.longwave.tensor.Tensor;

final class ReferenceCausalConvolution implements CausalConvolution {

    @Override
    public void forward(Tensor uTensor, Tensor kernelTensor, Tensor yTensor, boolean accumulate) {
        Extent x = Extent.check(uTensor, kernelTensor, yTensor);
        double[] u = ReferenceTensor.of(uTensor);
        double[] kernel = ReferenceTensor.of(kernelTensor);
        double[] y = ReferenceTensor.of(yTensor);
        int taps = kernelTensor.dim(1);
        int perRow = x.channelsPerRow(kernelTensor);
        for (int j = 0; j < x.channels(); j++) {
            int row = j / perRow * taps;
            for (int b = 0; b < x.batch(); b++) {
                int in = (j % x.variates() * x.batch() + b) * x.length();
                int out = (j * x.batch() + b) * x.length();
                for (int t = 0; t < x.length(); t++) {
                    double sum = 0;
                    for (int s = 0; s <= t && s < taps; s++) {
                        sum += kernel[row + s] * u[in + t - s];
                    }
                    y[out + t] = accumulate ? y[out + t] + sum : sum;
                }
            }
        }
    }

    @Override
    public void inputGradient(Tensor gradient, Tensor kernelTensor, Tensor inputGradient, boolean accumulate) {
        Extent x = Extent.check(inputGradient, kernelTensor, gradient);
        double[] dy = ReferenceTensor.of(gradient);
        double[] kernel = ReferenceTensor.of(kernelTensor);
        double[] du = ReferenceTensor.of(inputGradient);
        int taps = kernelTensor.dim(1);
        int perRow = x.channelsPerRow(kernelTensor);
        if (!accumulate) {
            Arrays.fill(du, 0);
        }
        for (int j = 0; j < x.channels(); j++) {
            int row = j / perRow * taps;
            for (int b = 0; b < x.batch(); b++) {
                int in = (j % x.variates() * x.batch() + b) * x.length();
                int out = (j * x.batch() + b) * x.length();
                for (int t = 0; t < x.length(); t++) {
                    for (int s = 0; s <= t && s < taps; s++) {
                        du[in + t - s] += kernel[row + s] * dy[out + t];
                    }
                }
            }
        }
    }

    @Override
    public void kernelGradient(Tensor uTensor, Tensor gradient, Tensor kernelGradient, boolean accumulate) {
        Extent x = Extent.check(uTensor, kernelGradient, gradient);
        double[] u = ReferenceTensor.of(uTensor);
        double[] dy = ReferenceTensor.of(gradient);
        double[] dk = ReferenceTensor.of(kernelGradient);
        int taps = kernelGradient.dim(1);
        int perRow = x.channelsPerRow(kernelGradient);
        if (!accumulate) {
            Arrays.fill(dk, 0);
        }
        for (int j = 0; j < x.channels(); j++) {
            int row = j / perRow * taps;
            for (int b = 0; b < x.batch(); b++) {
                int in = (j % x.variates() * x.batch() + b) * x.length();
                int out = (j * x.batch() + b) * x.length();
                for (int t = 0; t < x.length(); t++) {
                    for (int s = 0; s <= t && s < taps; s++) {
                        dk[row + s] += dy[out + t] * u[in + t - s];
                    }
                }
            }
        }
    }

    @Override
    public void addScaled(Tensor uTensor, Tensor skipTensor, Tensor yTensor) {
        Extent x = Extent.check(uTensor, yTensor);
        skipTensor.requireShape("skip", x.channels());
        double[] u = ReferenceTensor.of(uTensor);
        double[] skip = ReferenceTensor.of(skipTensor);
        double[] y = ReferenceTensor.of(yTensor);
        int run = x.batch() * x.length();
        for (int j = 0; j < x.channels(); j++) {
            for (int i = 0; i < run; i++) {
                y[j * run + i] += skip[j] * u[j % x.variates() * run + i];
            }
        }
    }

    @Override
    public void skipGradient(Tensor uTensor, Tensor gradient, Tensor skipGradient) {
        Extent x = Extent.check(uTensor, gradient);
        skipGradient.requireShape("skip gradient", x.channels());
        double[] u = ReferenceTensor.of(uTensor);
        double[] dy = ReferenceTensor.of(gradient);
        double[] dskip = ReferenceTensor.of(skipGradient);
        int run = x.batch() * x.length();
        for (int j = 0; j < x.channels(); j++) {
            for (int i = 0; i < run; i++) {
                dskip[j] += dy[j * run + i] * u[j % x.variates() * run + i];
            }
        }
    }

    @Override
    public void addScaledInputGradient(Tensor gradient, Tensor skipTensor, Tensor inputGradient) {
        Extent x = Extent.check(inputGradient, gradient);
        skipTensor.requireShape("skip", x.channels());
        double[] dy = ReferenceTensor.of(gradient);
        double[] skip = ReferenceTensor.of(skipTensor);
        double[] du = ReferenceTensor.of(inputGradient);
        int run = x.batch() * x.length();
        for (int j = 0; j < x.channels(); j++) {
            for (int i = 0; i < run; i++) {
                du[j % x.variates() * run + i] += skip[j] * dy[j * run + i];
            }
        }
    }
}
