package io.longwave.kernel.reference;

import io.longwave.kernel.TimePooling;
import io.longwave.tensor.Tensor;

final class ReferenceTimePooling implements TimePooling {

    @Override
    public void mean(Tensor xTensor, int[] lengths, Tensor out) {
        TimePooling.check(xTensor, lengths, out);
        double[] x = ReferenceTensor.of(xTensor);
        int rows = xTensor.dim(0) * lengths.length;
        for (int r = 0; r < rows; r++) {
            int length = lengths[r % lengths.length];
            double sum = 0;
            for (int t = 0; t < length; t++) {
                sum += x[r * xTensor.dim(2) + t];
            }
            ReferenceTensor.of(out)[r] = sum / length;
        }
    }

    @Override
    public void meanBackward(Tensor gradient, int[] lengths, Tensor target, boolean accumulate) {
        TimePooling.check(target, lengths, gradient);
        double[] dx = ReferenceTensor.of(target);
        int steps = target.dim(2);
        for (int r = 0; r < target.dim(0) * lengths.length; r++) {
            int length = lengths[r % lengths.length];
            for (int t = 0; t < steps; t++) {
                double d = t < length ? ReferenceTensor.of(gradient)[r] / length : 0;
                dx[r * steps + t] = accumulate ? dx[r * steps + t] + d : d;
            }
        }
    }

    @Override
    public void last(Tensor xTensor, int[] lengths, Tensor out) {
        TimePooling.check(xTensor, lengths, out);
        for (int r = 0; r < xTensor.dim(0) * lengths.length; r++) {
            ReferenceTensor.of(out)[r] = ReferenceTensor.of(xTensor)[r * xTensor.dim(2) + lengths[r % lengths.length] - 1];
        }
    }

    @Override
    public void lastBackward(Tensor gradient, int[] lengths, Tensor target, boolean accumulate) {
        TimePooling.check(target, lengths, gradient);
        double[] dx = ReferenceTensor.of(target);
        int steps = target.dim(2);
        for (int r = 0; r < target.dim(0) * lengths.length; r++) {
            for (int t = 0; t < steps; t++) {
                double d = t == lengths[r % lengths.length] - 1 ? ReferenceTensor.of(gradient)[r] : 0;
                dx[r * steps + t] = accumulate ? dx[r * steps + t] + d : d;
            }
        }
    }

    @Override
    public void clearPast(Tensor xTensor, int[] lengths) {
        TimePooling.checkLengths(xTensor, lengths);
        int steps = xTensor.dim(2);
        for (int r = 0; r < xTensor.dim(0) * lengths.length; r++) {
            for (int t = lengths[r % lengths.length]; t < steps; t++) {
                ReferenceTensor.of(xTensor)[r * steps + t] = 0;
            }
        }
    }
}
