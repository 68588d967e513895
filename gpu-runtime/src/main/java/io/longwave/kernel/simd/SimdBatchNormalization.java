package io.longwave.kernel.simd;

import io.longwave.kernel.BatchNormalization;
import io.longwave.kernel.TimePooling;
import io.longwave.tensor.Tensor;

/** One task per channel; sums per sequence in lanes of fixed order, sequences in double one after the other. */
final class SimdBatchNormalization implements BatchNormalization {
    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdBatchNormalization(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    @Override
    public void statistics(Tensor xTensor, int[] lengths, Tensor meanTensor, Tensor varianceTensor) {
        BatchNormalization.check(xTensor, meanTensor, varianceTensor, meanTensor, meanTensor, xTensor);
        TimePooling.checkLengths(xTensor, lengths);
        float[] x = SimdTensor.of(xTensor);
        float[] mean = SimdTensor.of(meanTensor);
        float[] variance = SimdTensor.of(varianceTensor);
        int batch = xTensor.dim(1);
        int steps = xTensor.dim(2);
        long count = count(lengths);
        pool.run(xTensor.dim(0), h -> {
            Scratch own = scratch.get();
            float[] lanes = own.array(2, Rows.WIDTH);
            float[] centred = own.array(0, steps);
            double sum = 0;
            for (int b = 0; b < batch; b++) {
                sum += Rows.sum(x, (h * batch + b) * steps, lengths[b], lanes);
            }
            float m = (float) (sum / count);
            double squares = 0;
            for (int b = 0; b < batch; b++) {
                int at = (h * batch + b) * steps;
                for (int t = 0; t < lengths[b]; t++) {
                    centred[t] = x[at + t] - m;
                }
                squares += Rows.dot(centred, 0, centred, 0, lengths[b], lanes);
            }
            mean[h] = m;
            variance[h] = (float) (squares / count);
        });
    }

    private static long count(int[] lengths) {
        long count = 0;
        for (int length : lengths) {
            count += length;
        }
        return count;
    }

    @Override
    public void forward(Tensor xTensor, Tensor mean, Tensor variance, double epsilon, Tensor gain, Tensor bias, Tensor yTensor) {
        BatchNormalization.check(xTensor, mean, variance, gain, bias, yTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] y = SimdTensor.of(yTensor);
        int run = xTensor.dim(1) * xTensor.dim(2);
        pool.run(xTensor.dim(0), h -> {
            float m = SimdTensor.of(mean)[h];
            float factor = SimdTensor.of(gain)[h] * root(variance, h, epsilon);
            float shift = SimdTensor.of(bias)[h];
            for (int i = h * run; i < (h + 1) * run; i++) {
                y[i] = Math.fma(x[i] - m, factor, shift);
            }
        });
    }

    /** 1 / √(variance + ε). */
    private static float root(Tensor variance, int h, double epsilon) {
        return (float) (1 / Math.sqrt(SimdTensor.of(variance)[h] + epsilon));
    }

    @Override
    public void backward(Tensor xTensor, int[] lengths, Tensor mean, Tensor variance, double epsilon, Tensor gain, Tensor gradient,
            Tensor target, boolean accumulate, Tensor gainGradient, Tensor biasGradient) {
        BatchNormalization.check(xTensor, mean, variance, gain, biasGradient, gradient);
        BatchNormalization.check(xTensor, mean, variance, gainGradient, biasGradient, target);
        TimePooling.checkLengths(xTensor, lengths);
        float[] x = SimdTensor.of(xTensor);
        float[] dy = SimdTensor.of(gradient);
        float[] dx = SimdTensor.of(target);
        int batch = xTensor.dim(1);
        int steps = xTensor.dim(2);
        long count = count(lengths);
        pool.run(xTensor.dim(0), h -> {
            Scratch own = scratch.get();
            float[] lanes = own.array(2, Rows.WIDTH);
            float[] hat = own.array(0, steps);
            float m = SimdTensor.of(mean)[h];
            float r = root(variance, h, epsilon);
            double sum = 0;
            double sumHat = 0;
            for (int b = 0; b < batch; b++) {
                int at = (h * batch + b) * steps;
                hats(x, at, m, r, hat, steps);
                sum += Rows.sum(dy, at, steps, lanes);
                sumHat += Rows.dot(dy, at, hat, 0, steps, lanes);
            }
            SimdTensor.of(gainGradient)[h] += (float) sumHat;
            SimdTensor.of(biasGradient)[h] += (float) sum;
            float factor = r * SimdTensor.of(gain)[h];
            float shift = (float) (sum / count);
            float slope = (float) (sumHat / count) * r;
            for (int b = 0; b < batch; b++) {
                int at = (h * batch + b) * steps;
                finish(x, dy, dx, at, at + lengths[b], m, factor, shift, slope, accumulate);
                finish(x, dy, dx, at + lengths[b], at + steps, m, factor, 0, 0, accumulate);
            }
        });
    }

    private static void hats(float[] x, int at, float mean, float r, float[] hat, int count) {
        for (int t = 0; t < count; t++) {
            hat[t] = (x[at + t] - mean) * r;
        }
    }

    private static void finish(float[] x, float[] dy, float[] dx, int from, int to, float mean, float factor, float shift, float slope,
            boolean accumulate) {
        if (accumulate) {
            for (int i = from; i < to; i++) {
                dx[i] = Math.fma(factor, dy[i] - Math.fma(x[i] - mean, slope, shift), dx[i]);
            }
        } else {
            for (int i = from; i < to; i++) {
                dx[i] = factor * (dy[i] - Math.fma(x[i] - mean, slope, shift));
            }
        }
    }
}
