package io.longwave.kernel.simd;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.DeviationLoss;
import io.longwave.tensor.Tensor;

/** Stretches of fixed size, sums in double, stretches in order. */
final class SimdDeviationLoss implements DeviationLoss {
    private final WorkPool pool;

    SimdDeviationLoss(WorkPool pool) {
        this.pool = pool;
    }

    @Override
    public void forward(Kind kind, Tensor pTensor, Tensor qTensor, @Nullable Tensor maskTensor, Tensor loss, int slot) {
        DeviationLoss.check(pTensor, qTensor, maskTensor);
        float[] p = SimdTensor.of(pTensor);
        float[] q = SimdTensor.of(qTensor);
        float[] mask = maskTensor == null ? null : SimdTensor.of(maskTensor);
        double[] sums = new double[SimdPointwise.stretches(p.length)];
        pool.run(sums.length, stretch -> {
            int from = stretch * SimdPointwise.STRETCH;
            sums[stretch] = sum(kind, p, q, mask, from, Math.min(from + SimdPointwise.STRETCH, p.length));
        });
        double sum = 0;
        for (double part : sums) {
            sum += part;
        }
        double weights = weights(mask, p.length);
        SimdTensor.of(loss)[slot] = (float) (weights == 0 ? 0 : sum / weights);
    }

    private static double sum(Kind kind, float[] p, float[] q, float @Nullable [] mask, int from, int to) {
        double s0 = 0;
        double s1 = 0;
        int i = from;
        for (; i + 2 <= to; i += 2) {
            s0 += value(kind, p[i] - q[i]) * (mask == null ? 1 : mask[i]);
            s1 += value(kind, p[i + 1] - q[i + 1]) * (mask == null ? 1 : mask[i + 1]);
        }
        for (; i < to; i++) {
            s0 += value(kind, p[i] - q[i]) * (mask == null ? 1 : mask[i]);
        }
        return s0 + s1;
    }

    private static double value(Kind kind, double e) {
        return switch (kind) {
            case SQUARED -> e * e;
            case ABSOLUTE -> Math.abs(e);
            case HUBER -> Math.abs(e) <= 1 ? e * e / 2 : Math.abs(e) - 0.5;
        };
    }

    private static double weights(float @Nullable [] mask, int size) {
        if (mask == null) {
            return size;
        }
        double sum = 0;
        for (float m : mask) {
            sum += m;
        }
        return sum;
    }

    @Override
    public void backward(Kind kind, Tensor pTensor, Tensor qTensor, @Nullable Tensor maskTensor, double weight, Tensor target,
            boolean accumulate) {
        DeviationLoss.check(pTensor, qTensor, maskTensor);
        DeviationLoss.check(target, qTensor, maskTensor);
        float[] p = SimdTensor.of(pTensor);
        float[] q = SimdTensor.of(qTensor);
        float[] mask = maskTensor == null ? null : SimdTensor.of(maskTensor);
        float[] dp = SimdTensor.of(target);
        double weights = weights(mask, p.length);
        float factor = (float) (weights == 0 ? 0 : weight / weights);
        pool.run(SimdPointwise.stretches(p.length), stretch -> {
            int from = stretch * SimdPointwise.STRETCH;
            for (int i = from; i < Math.min(from + SimdPointwise.STRETCH, p.length); i++) {
                float e = p[i] - q[i];
                float slope = switch (kind) {
                    case SQUARED -> 2 * e;
                    case ABSOLUTE -> Math.signum(e);
                    case HUBER -> Math.clamp(e, -1f, 1f);
                };
                float d = factor * slope * (mask == null ? 1 : mask[i]);
                dp[i] = accumulate ? dp[i] + d : d;
            }
        });
    }
}
