package io.longwave.kernel.simd;

import io.longwave.kernel.AdamW;
import io.longwave.tensor.Tensor;

/** Tens of thousands of numbers per step: one plain loop, the update in double and the moments rounded to float. */
final class SimdAdamW implements AdamW {

    @Override
    public void update(Tensor parameter, Tensor gradient, Tensor first, Tensor second, Settings settings, long step) {
        AdamW.check(parameter, gradient, first, second, step);
        float[] p = SimdTensor.of(parameter);
        float[] g = SimdTensor.of(gradient);
        float[] m = SimdTensor.of(first);
        float[] v = SimdTensor.of(second);
        double rate = settings.learningRate() / (1 - Math.pow(settings.beta1(), step));
        double secondBias = 1 / (1 - Math.pow(settings.beta2(), step));
        double keep = 1 - settings.learningRate() * settings.weightDecay();
        for (int i = 0; i < p.length; i++) {
            double gi = g[i];
            double mi = settings.beta1() * m[i] + (1 - settings.beta1()) * gi;
            double vi = settings.beta2() * v[i] + (1 - settings.beta2()) * gi * gi;
            m[i] = (float) mi;
            v[i] = (float) vi;
            p[i] = (float) (keep * p[i] - rate * mi / (Math.sqrt(vi * secondBias) + settings.epsilon()));
        }
    }
}
