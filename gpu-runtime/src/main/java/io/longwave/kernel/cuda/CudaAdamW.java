package io.longwave.kernel.cuda;

import io.longwave.kernel.AdamW;
import io.longwave.tensor.Tensor;

/** {@link AdamW} by {@code adam_w.cu}. Nothing comes back from the device. */
record CudaAdamW(Launcher launcher) implements AdamW {

    @Override
    public void update(Tensor parameter, Tensor gradient, Tensor first, Tensor second, Settings settings, long step) {
        AdamW.check(parameter, gradient, first, second, step);
        double rate = settings.learningRate() / (1 - Math.pow(settings.beta1(), (double) step));
        double correction = 1 / (1 - Math.pow(settings.beta2(), (double) step));
        launcher.launchOver(parameter.size(), "adam_w_update", parameter, gradient, first, second, (long) parameter.size(),
                (float) (settings.learningRate() * settings.weightDecay()), (float) settings.beta1(), (float) (1 - settings.beta1()),
                (float) settings.beta2(), (float) (1 - settings.beta2()), (float) rate, (float) correction, (float) settings.epsilon());
    }
}
