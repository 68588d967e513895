package io.longwave.kernel.reference;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.DeviationLoss;
import io.longwave.tensor.Tensor;

final class ReferenceDeviationLoss implements DeviationLoss {

    @Override
    public void forward(Kind kind, Tensor pTensor, Tensor qTensor, @Nullable Tensor mask, Tensor loss, int slot) {
        DeviationLoss.check(pTensor, qTensor, mask);
        double[] p = ReferenceTensor.of(pTensor);
        double[] q = ReferenceTensor.of(qTensor);
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < p.length; i++) {
            double m = mask == null ? 1 : ReferenceTensor.of(mask)[i];
            double e = p[i] - q[i];
            sum += m * switch (kind) {
                case SQUARED -> e * e;
                case ABSOLUTE -> Math.abs(e);
                case HUBER -> Math.abs(e) <= 1 ? e * e / 2 : Math.abs(e) - 0.5;
            };
            weights += m;
        }
        ReferenceTensor.of(loss)[slot] = weights == 0 ? 0 : sum / weights;
    }

    @Override
    public void backward(Kind kind, Tensor pTensor, Tensor qTensor, @Nullable Tensor mask, double weight, Tensor target,
            boolean accumulate) {
        DeviationLoss.check(pTensor, qTensor, mask);
        DeviationLoss.check(target, qTensor, mask);
        double[] p = ReferenceTensor.of(pTensor);
        double[] q = ReferenceTensor.of(qTensor);
        double[] dp = ReferenceTensor.of(target);
        double weights = 0;
        for (int i = 0; i < p.length; i++) {
            weights += mask == null ? 1 : ReferenceTensor.of(mask)[i];
        }
        for (int i = 0; i < p.length; i++) {
            double e = p[i] - q[i];
            double slope = switch (kind) {
                case SQUARED -> 2 * e;
                case ABSOLUTE -> Math.signum(e);
                case HUBER -> Math.clamp(e, -1, 1);
            };
            double m = mask == null ? 1 : ReferenceTensor.of(mask)[i];
            double d = weights == 0 ? 0 : weight * m * slope / weights;
            dp[i] = accumulate ? dp[i] + d : d;
        }
    }
}
