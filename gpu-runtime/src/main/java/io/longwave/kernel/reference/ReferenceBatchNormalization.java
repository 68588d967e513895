package io.longwave.kernel.reference;

import io.longwave.kernel.BatchNormalization;
import io.longwave.kernel.TimePooling;
import io.longwave.tensor.Tensor;

final class ReferenceBatchNormalization implements BatchNormalization {

    @Override
    public void statistics(Tensor xTensor, int[] lengths, Tensor mean, Tensor variance) {
        BatchNormalization.check(xTensor, mean, variance, mean, mean, xTensor);
        TimePooling.checkLengths(xTensor, lengths);
        double[] x = ReferenceTensor.of(xTensor);
        for (int h = 0; h < xTensor.dim(0); h++) {
            double sum = 0;
            long count = 0;
            for (int b = 0; b < lengths.length; b++) {
                for (int t = 0; t < lengths[b]; t++) {
                    sum += x[at(xTensor, h, b, t)];
                }
                count += lengths[b];
            }
            double m = sum / count;
            double squares = 0;
            for (int b = 0; b < lengths.length; b++) {
                for (int t = 0; t < lengths[b]; t++) {
                    double d = x[at(xTensor, h, b, t)] - m;
                    squares += d * d;
                }
            }
            ReferenceTensor.of(mean)[h] = m;
            ReferenceTensor.of(variance)[h] = squares / count;
        }
    }

    private static int at(Tensor x, int h, int b, int t) {
        return (h * x.dim(1) + b) * x.dim(2) + t;
    }

    @Override
    public void forward(Tensor xTensor, Tensor mean, Tensor variance, double epsilon, Tensor gain, Tensor bias, Tensor yTensor) {
        BatchNormalization.check(xTensor, mean, variance, gain, bias, yTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] y = ReferenceTensor.of(yTensor);
        int run = xTensor.dim(1) * xTensor.dim(2);
        for (int h = 0; h < xTensor.dim(0); h++) {
            double r = 1 / Math.sqrt(ReferenceTensor.of(variance)[h] + epsilon);
            for (int i = h * run; i < (h + 1) * run; i++) {
                y[i] = ReferenceTensor.of(gain)[h] * (x[i] - ReferenceTensor.of(mean)[h]) * r + ReferenceTensor.of(bias)[h];
            }
        }
    }

    @Override
    public void backward(Tensor xTensor, int[] lengths, Tensor mean, Tensor variance, double epsilon, Tensor gain, Tensor gradient,
            Tensor target, boolean accumulate, Tensor gainGradient, Tensor biasGradient) {
        BatchNormalization.check(xTensor, mean, variance, gain, biasGradient, gradient);
        BatchNormalization.check(xTensor, mean, variance, gainGradient, biasGradient, target);
        TimePooling.checkLengths(xTensor, lengths);
        double[] x = ReferenceTensor.of(xTensor);
        double[] dy = ReferenceTensor.of(gradient);
        double[] dx = ReferenceTensor.of(target);
        int run = xTensor.dim(1) * xTensor.dim(2);
        long count = 0;
        for (int length : lengths) {
            count += length;
        }
        for (int h = 0; h < xTensor.dim(0); h++) {
            double m = ReferenceTensor.of(mean)[h];
            double r = 1 / Math.sqrt(ReferenceTensor.of(variance)[h] + epsilon);
            double g = ReferenceTensor.of(gain)[h];
            double sum = 0;
            double sumHat = 0;
            for (int i = h * run; i < (h + 1) * run; i++) {
                sum += dy[i];
                sumHat += dy[i] * (x[i] - m) * r;
            }
            ReferenceTensor.of(gainGradient)[h] += sumHat;
            ReferenceTensor.of(biasGradient)[h] += sum;
            for (int b = 0; b < lengths.length; b++) {
                for (int t = 0; t < xTensor.dim(2); t++) {
                    int i = at(xTensor, h, b, t);
                    double through = t < lengths[b] ? (sum + (x[i] - m) * r * sumHat) / count : 0;
                    double d = r * g * (dy[i] - through);
                    dx[i] = accumulate ? dx[i] + d : d;
                }
            }
        }
    }
}
