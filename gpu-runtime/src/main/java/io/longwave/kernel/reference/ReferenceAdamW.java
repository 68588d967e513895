package io.longwave.kernel.reference;

import io.longwave.kernel.AdamW;
import io.longwave.tensor.Tensor;

final class ReferenceAdamW implements AdamW {

    @Override
    public void update(Tensor parameter, Tensor gradient, Tensor first, Tensor second, Settings settings, long step) {
        AdamW.check(parameter, gradient, first, second, step);
        double[] p = ReferenceTensor.of(parameter);
        double[] g = ReferenceTensor.of(gradient);
        double[] m = ReferenceTensor.of(first);
        double[] v = ReferenceTensor.of(second);
        double firstBias = 1 - Math.pow(settings.beta1(), step);
        double secondBias = 1 - Math.pow(settings.beta2(), step);
        for (int i = 0; i < p.length; i++) {
            p[i] *= 1 - settings.learningRate() * settings.weightDecay();
            m[i] = settings.beta1() * m[i] + (1 - settings.beta1()) * g[i];
            v[i] = settings.beta2() * v[i] + (1 - settings.beta2()) * g[i] * g[i];
            p[i] -= settings.learningRate() * (m[i] / firstBias) / (Math.sqrt(v[i] / secondBias) + settings.epsilon());
        }
    }
}
