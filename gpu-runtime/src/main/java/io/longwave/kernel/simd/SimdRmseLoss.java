package io.longwave.kernel.simd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.RmseLoss;
import io.longwave.tensor.Tensor;

/** One task per channel; squares are summed in double, four chains per channel, and channels in order. */
final class SimdRmseLoss implements RmseLoss {
    private final WorkPool pool;

    SimdRmseLoss(WorkPool pool) {
        this.pool = pool;
    }

    @Override
    public void forward(Tensor pTensor, int pFrom, Tensor qTensor, int qFrom, int count, Tensor loss, int slot) {
        RmseLoss.check(pTensor, pFrom, qTensor, qFrom, count, loss, slot);
        float[] p = SimdTensor.of(pTensor);
        float[] q = SimdTensor.of(qTensor);
        int batch = pTensor.dim(1);
        int pRow = pTensor.dim(2);
        int qRow = qTensor.dim(2);
        double[] sums = new double[pTensor.dim(0)];
        pool.run(sums.length, h -> {
            double sum = 0;
            for (int r = h * batch; r < (h + 1) * batch; r++) {
                sum += squares(p, r * pRow + pFrom, q, r * qRow + qFrom, count);
            }
            sums[h] = sum;
        });
        double sum = 0;
        for (double part : sums) {
            sum += part;
        }
        SimdTensor.of(loss)[slot] = (float) Math.sqrt(sum / ((double) sums.length * batch * count));
    }

    private static double squares(float[] p, int pAt, float[] q, int qAt, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            double e0 = p[pAt + i] - q[qAt + i];
            double e1 = p[pAt + i + 1] - q[qAt + i + 1];
            double e2 = p[pAt + i + 2] - q[qAt + i + 2];
            double e3 = p[pAt + i + 3] - q[qAt + i + 3];
            s0 = Math.fma(e0, e0, s0);
            s1 = Math.fma(e1, e1, s1);
            s2 = Math.fma(e2, e2, s2);
            s3 = Math.fma(e3, e3, s3);
        }
        for (; i < count; i++) {
            double e = p[pAt + i] - q[qAt + i];
            s0 = Math.fma(e, e, s0);
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void backward(Tensor pTensor, int pFrom, Tensor qTensor, int qFrom, int count, Tensor loss, int slot, double weight,
            Tensor pGradient,
            boolean accumulate, @Nullable Tensor qGradient) {
        RmseLoss.check(pTensor, pFrom, qTensor, qFrom, count, loss, slot);
        pGradient.requireShape("p gradient", pTensor.shape().toArray());
        float[] p = SimdTensor.of(pTensor);
        float[] q = SimdTensor.of(qTensor);
        float[] dp = SimdTensor.of(pGradient);
        float[] dq = qGradient == null ? null : SimdTensor.of(qGradient);
        int batch = pTensor.dim(1);
        int pRow = pTensor.dim(2);
        int qRow = qTensor.dim(2);
        double value = SimdTensor.of(loss)[slot];
        float scale = (float) (value == 0 ? 0 : weight / ((double) pTensor.dim(0) * batch * count * value));
        pool.run(pTensor.dim(0), h -> {
            if (!accumulate) {
                Arrays.fill(dp, h * batch * pRow, (h + 1) * batch * pRow, 0);
            }
            for (int r = h * batch; r < (h + 1) * batch; r++) {
                int pAt = r * pRow + pFrom;
                int qAt = r * qRow + qFrom;
                for (int i = 0; i < count; i++) {
                    dp[pAt + i] += scale * (p[pAt + i] - q[qAt + i]);
                }
                if (dq != null) {
                    for (int i = 0; i < count; i++) {
                        dq[qAt + i] -= scale * (p[pAt + i] - q[qAt + i]);
                    }
                }
            }
        });
    }
}
