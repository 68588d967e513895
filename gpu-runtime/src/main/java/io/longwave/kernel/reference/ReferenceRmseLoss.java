package io.longwave.kernel.reference;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.RmseLoss;
import io.longwave.tensor.Tensor;

final class ReferenceRmseLoss implements RmseLoss {

    @Override
    public void forward(Tensor pTensor, int pFrom, Tensor qTensor, int qFrom, int count, Tensor loss, int slot) {
        RmseLoss.check(pTensor, pFrom, qTensor, qFrom, count, loss, slot);
        double[] p = ReferenceTensor.of(pTensor);
        double[] q = ReferenceTensor.of(qTensor);
        int rows = pTensor.dim(0) * pTensor.dim(1);
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < count; i++) {
                double e = p[r * pTensor.dim(2) + pFrom + i] - q[r * qTensor.dim(2) + qFrom + i];
                sum += e * e;
            }
        }
        ReferenceTensor.of(loss)[slot] = Math.sqrt(sum / ((double) rows * count));
    }

    @Override
    public void backward(Tensor pTensor, int pFrom, Tensor qTensor, int qFrom, int count, Tensor loss, int slot, double weight,
            Tensor pGradient, boolean accumulate, @Nullable Tensor qGradient) {
        RmseLoss.check(pTensor, pFrom, qTensor, qFrom, count, loss, slot);
        double[] p = ReferenceTensor.of(pTensor);
        double[] q = ReferenceTensor.of(qTensor);
        double[] dp = ReferenceTensor.of(pGradient);
        int rows = pTensor.dim(0) * pTensor.dim(1);
        double value = ReferenceTensor.of(loss)[slot];
        double scale = value == 0 ? 0 : weight / ((double) rows * count * value);
        if (!accumulate) {
            Arrays.fill(dp, 0);
        }
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < count; i++) {
                int pAt = r * pTensor.dim(2) + pFrom + i;
                int qAt = r * qTensor.dim(2) + qFrom + i;
                double d = scale * (p[pAt] - q[qAt]);
                dp[pAt] += d;
                if (qGradient != null) {
                    ReferenceTensor.of(qGradient)[qAt] -= d;
                }
            }
        }
    }
}
