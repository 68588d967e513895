package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.TimePooling;
import io.longwave.tensor.Tensor;

/** One task per channel; sums in four chains of double. */
final class SimdTimePooling implements TimePooling {
    private final WorkPool pool;

    SimdTimePooling(WorkPool pool) {
        this.pool = pool;
    }

    @Override
    public void mean(Tensor xTensor, int[] lengths, Tensor outTensor) {
        TimePooling.check(xTensor, lengths, outTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] out = SimdTensor.of(outTensor);
        int batch = lengths.length;
        int steps = xTensor.dim(2);
        pool.run(xTensor.dim(0), h -> {
            for (int b = 0; b < batch; b++) {
                out[h * batch + b] = (float) (sum(x, (h * batch + b) * steps, lengths[b]) / lengths[b]);
            }
        });
    }

    private static double sum(float[] x, int at, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            s0 += x[at + i];
            s1 += x[at + i + 1];
            s2 += x[at + i + 2];
            s3 += x[at + i + 3];
        }
        for (; i < count; i++) {
            s0 += x[at + i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void meanBackward(Tensor gradient, int[] lengths, Tensor target, boolean accumulate) {
        TimePooling.check(target, lengths, gradient);
        float[] dy = SimdTensor.of(gradient);
        float[] dx = SimdTensor.of(target);
        int batch = lengths.length;
        int steps = target.dim(2);
        pool.run(target.dim(0), h -> {
            for (int b = 0; b < batch; b++) {
                int from = (h * batch + b) * steps;
                int to = from + lengths[b];
                float d = dy[h * batch + b] / lengths[b];
                if (accumulate) {
                    for (int i = from; i < to; i++) {
                        dx[i] += d;
                    }
                } else {
                    Arrays.fill(dx, from, to, d);
                    Arrays.fill(dx, to, from + steps, 0);
                }
            }
        });
    }

    @Override
    public void last(Tensor xTensor, int[] lengths, Tensor outTensor) {
        TimePooling.check(xTensor, lengths, outTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] out = SimdTensor.of(outTensor);
        int steps = xTensor.dim(2);
        for (int r = 0; r < out.length; r++) {
            out[r] = x[r * steps + lengths[r % lengths.length] - 1];
        }
    }

    @Override
    public void lastBackward(Tensor gradient, int[] lengths, Tensor target, boolean accumulate) {
        TimePooling.check(target, lengths, gradient);
        float[] dy = SimdTensor.of(gradient);
        float[] dx = SimdTensor.of(target);
        int steps = target.dim(2);
        if (!accumulate) {
            Arrays.fill(dx, 0);
        }
        for (int r = 0; r < dy.length; r++) {
            dx[r * steps + lengths[r % lengths.length] - 1] += dy[r];
        }
    }

    @Override
    public void clearPast(Tensor xTensor, int[] lengths) {
        TimePooling.checkLengths(xTensor, lengths);
        float[] x = SimdTensor.of(xTensor);
        int steps = xTensor.dim(2);
        for (int r = 0; r < xTensor.dim(0) * lengths.length; r++) {
            Arrays.fill(x, r * steps + lengths[r % lengths.length], (r + 1) * steps, 0);
        }
    }
}
