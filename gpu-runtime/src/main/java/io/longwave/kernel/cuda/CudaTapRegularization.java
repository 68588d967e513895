package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.TapRegularization;
import io.longwave.tensor.Tensor;

/** {@link TapRegularization} by {@code tap_regularization.cu}. */
record CudaTapRegularization(Launcher launcher) implements TapRegularization {

    @Override
    public void forward(Tensor taps, Settings settings, Tensor out) {
        TapRegularization.check(taps, out, "out");
        launcher.launchOver(taps.size(), "tap_regularization_forward", taps, out, taps.dim(0), taps.dim(1), settings.halfWidth(),
                settings.threshold());
    }

    @Override
    public void backward(Tensor taps, Settings settings, Tensor gradient, Tensor target, boolean accumulate) {
        TapRegularization.check(taps, gradient, "gradient");
        TapRegularization.check(taps, target, "target");
        int rows = taps.dim(0);
        int count = taps.dim(1);
        if (settings.threshold() == null) {
            launcher.launchOver(taps.size(), "tap_regularization_backward", gradient, target, rows, count, settings.halfWidth(),
                    accumulate);
            return;
        }
        try (DeviceMemory masked = launcher.scratch(taps.size())) {
            launcher.launchOver(taps.size(), "tap_regularization_mask", taps, gradient, masked, rows, count, settings.halfWidth(),
                    settings.threshold());
            launcher.launchOver(taps.size(), "tap_regularization_backward", masked, target, rows, count, settings.halfWidth(), accumulate);
        }
    }
}
