package io.longwave.kernel.reference;

import io.longwave.kernel.ColumnConvolution;
import io.longwave.tensor.Tensor;

/** As the formula says. */
final class ReferenceColumnConvolution implements ColumnConvolution {

    @Override
    public void forward(Tensor xTensor, Tensor weight, Tensor bias, Tensor yTensor) {
        ColumnConvolution.check(xTensor, weight, bias, yTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] w = ReferenceTensor.of(weight);
        double[] y = ReferenceTensor.of(yTensor);
        int taps = weight.dim(1);
        int batch = xTensor.dim(3);
        int row = xTensor.dim(2) * batch;
        for (int i = 0; i < x.length; i++) {
            int h = i / (row * xTensor.dim(1));
            int t = i % row / batch;
            double sum = ReferenceTensor.of(bias)[h];
            for (int j = 0; j < taps && j <= t; j++) {
                sum += w[h * taps + j] * x[i - j * batch];
            }
            y[i] = sum;
        }
    }

    @Override
    public void backward(Tensor xTensor, Tensor weight, Tensor gradient, Tensor inputGradient, boolean accumulate, Tensor weightGradient,
            Tensor biasGradient) {
        ColumnConvolution.check(xTensor, weight, biasGradient, gradient);
        ColumnConvolution.check(xTensor, weightGradient, biasGradient, inputGradient);
        double[] x = ReferenceTensor.of(xTensor);
        double[] w = ReferenceTensor.of(weight);
        double[] dy = ReferenceTensor.of(gradient);
        double[] dx = ReferenceTensor.of(inputGradient);
        int taps = weight.dim(1);
        int batch = xTensor.dim(3);
        int row = xTensor.dim(2) * batch;
        for (int i = 0; i < x.length; i++) {
            int h = i / (row * xTensor.dim(1));
            int t = i % row / batch;
            double sum = accumulate ? dx[i] : 0;
            for (int j = 0; j < taps; j++) {
                if (t + j < xTensor.dim(2)) {
                    sum += w[h * taps + j] * dy[i + j * batch];
                }
                if (j <= t) {
                    ReferenceTensor.of(weightGradient)[h * taps + j] += dy[i] * x[i - j * batch];
                }
            }
            dx[i] = sum;
            ReferenceTensor.of(biasGradient)[h] += dy[i];
        }
    }
}
