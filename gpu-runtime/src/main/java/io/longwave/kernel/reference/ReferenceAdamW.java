package io.longwave.kernel.reference;

import java.util.List;

import io.longwave.kernel.AdamW;
import io.longwave.tensor.Tensor;

final class ReferenceAdamW implements AdamW {

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
                for (double value : ReferenceTensor.of(moved.gradient())) {
                    squares += value * value;
                }
            }
            double found = Math.sqrt(squares);
            ReferenceTensor.of(norm)[0] = found;
            scale = found > maxNorm ? maxNorm / found : 1;
        }
        for (Moved moved : tensors) {
            update(moved.parameter(), moved.gradient(), scale, moved.first(), moved.second(), moved.settings(), step);
        }
    }

    /** One tensor, by {@code scale} times its gradient. */
    private static void update(Tensor parameter, Tensor gradient, double scale, Tensor first, Tensor second, Settings settings,
            long step) {
        double[] p = ReferenceTensor.of(parameter);
        double[] g = ReferenceTensor.of(gradient);
        double[] m = ReferenceTensor.of(first);
        double[] v = ReferenceTensor.of(second);
        double firstBias = 1 - Math.pow(settings.beta1(), step);
        double secondBias = 1 - Math.pow(settings.beta2(), step);
        for (int i = 0; i < p.length; i++) {
            p[i] *= 1 - settings.learningRate() * settings.weightDecay();
            double scaled = scale * g[i];
            m[i] = settings.beta1() * m[i] + (1 - settings.beta1()) * scaled;
            v[i] = settings.beta2() * v[i] + (1 - settings.beta2()) * scaled * scaled;
            p[i] -= settings.learningRate() * (m[i] / firstBias) / (Math.sqrt(v[i] / secondBias) + settings.epsilon());
        }
    }
}
