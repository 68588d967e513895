package io.longwave.kernel.simd;

import java.util.List;

import io.longwave.kernel.AdamW;
import io.longwave.kernel.Pointwise;
import io.longwave.tensor.Tensor;

/** Tens of thousands of numbers per step: one plain loop, the update in double and the moments rounded to float. */
record SimdAdamW(Pointwise pointwise) implements AdamW {

    @Override
    public void update(Tensor parameter, Tensor gradient, Tensor first, Tensor second, Settings settings, long step) {
        AdamW.check(parameter, gradient, first, second, step);
        update(parameter, gradient, 1, first, second, settings, step);
    }

    @Override
    public void update(List<Moved> tensors, long step, double maxNorm, Tensor norm) {
        AdamW.check(tensors, step, maxNorm, norm);
        double scale = 1;
        if (maxNorm < Double.POSITIVE_INFINITY) {
            double squares = 0;
            for (Moved moved : tensors) {
                squares += pointwise.sumOfSquares(moved.gradient());
            }
            double found = Math.sqrt(squares);
            SimdTensor.of(norm)[0] = (float) found;
            scale = found > maxNorm ? maxNorm / found : 1;
        }
        for (Moved moved : tensors) {
            update(moved.parameter(), moved.gradient(), scale, moved.first(), moved.second(), moved.settings(), step);
        }
    }

    /** One tensor, by {@code scale} times its gradient. */
    private static void update(Tensor parameter, Tensor gradient, double scale, Tensor first, Tensor second, Settings settings,
            long step) {
        float[] p = SimdTensor.of(parameter);
        float[] g = SimdTensor.of(gradient);
        float[] m = SimdTensor.of(first);
        float[] v = SimdTensor.of(second);
        double rate = settings.learningRate() / (1 - Math.pow(settings.beta1(), step));
        double secondBias = 1 / (1 - Math.pow(settings.beta2(), step));
        double keep = 1 - settings.learningRate() * settings.weightDecay();
        for (int i = 0; i < p.length; i++) {
            double gi = scale * g[i];
            double mi = settings.beta1() * m[i] + (1 - settings.beta1()) * gi;
            double vi = settings.beta2() * v[i] + (1 - settings.beta2()) * gi * gi;
            m[i] = (float) mi;
            v[i] = (float) vi;
            p[i] = (float) (keep * p[i] - rate * mi / (Math.sqrt(vi * secondBias) + settings.epsilon()));
        }
    }
}
