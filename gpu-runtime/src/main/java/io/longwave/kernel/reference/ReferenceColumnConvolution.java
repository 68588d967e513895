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
    public void step(Tensor xTensor, Tensor weight, Tensor bias, Tensor tail, Tensor yTensor) {
        forward(xTensor, weight, bias, yTensor);
        tail.requireShape("tail", xTensor.dim(0), xTensor.dim(1), weight.dim(1) - 1, xTensor.dim(3));
        double[] x = ReferenceTensor.of(xTensor);
        double[] w = ReferenceTensor.of(weight);
        double[] y = ReferenceTensor.of(yTensor);
        double[] before = ReferenceTensor.of(tail);
        int taps = weight.dim(1);
        int steps = xTensor.dim(2);
        int batch = xTensor.dim(3);
        for (int row = 0; row < xTensor.dim(0) * xTensor.dim(1); row++) {
            int h = row / xTensor.dim(1);
            for (int b = 0; b < batch; b++) {
                double[] joined = new double[taps - 1 + steps];
                for (int t = 0; t < joined.length; t++) {
                    joined[t] = t < taps - 1 ? before[(row * (taps - 1) + t) * batch + b] : x[(row * steps + t - taps + 1) * batch + b];
                }
                for (int t = 0; t < steps; t++) {
                    for (int j = t + 1; j < taps; j++) {
                        y[(row * steps + t) * batch + b] += w[h * taps + j] * joined[taps - 1 + t - j];
                    }
                }
                for (int t = 0; t < taps - 1; t++) {
                    before[(row * (taps - 1) + t) * batch + b] = joined[steps + t];
                }
            }
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
