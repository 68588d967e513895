package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.TimePooling;
import io.longwave.tensor.Tensor;

/** {@link TimePooling} by {@code time_pooling.cu}: a block for each row of [H B, L]. */
record CudaTimePooling(Launcher launcher) implements TimePooling {

    @Override
    public void mean(Tensor x, int[] lengths, Tensor out) {
        TimePooling.check(x, lengths, out);
        try (DeviceMemory counts = launcher.integers(lengths)) {
            launcher.launch("time_pooling_mean", LaunchShapes.rows(out.size(), x.dim(2)), x, counts, x.dim(1), x.dim(2), out);
        }
    }

    @Override
    public void meanBackward(Tensor gradient, int[] lengths, Tensor target, boolean accumulate) {
        backward("time_pooling_mean_backward", gradient, lengths, target, accumulate);
    }

    private void backward(String kernel, Tensor gradient, int[] lengths, Tensor target, boolean accumulate) {
        TimePooling.check(target, lengths, gradient);
        try (DeviceMemory counts = launcher.integers(lengths)) {
            launcher.launch(kernel, LaunchShapes.rows(gradient.size(), target.dim(2)), gradient, counts, target.dim(1), target.dim(2),
                    target, accumulate);
        }
    }

    @Override
    public void last(Tensor x, int[] lengths, Tensor out) {
        TimePooling.check(x, lengths, out);
        try (DeviceMemory counts = launcher.integers(lengths)) {
            launcher.launchOver(out.size(), "time_pooling_last", x, counts, x.dim(1), x.dim(2), out, (long) out.size());
        }
    }

    @Override
    public void lastBackward(Tensor gradient, int[] lengths, Tensor target, boolean accumulate) {
        backward("time_pooling_last_backward", gradient, lengths, target, accumulate);
    }

    @Override
    public void clearPast(Tensor x, int[] lengths) {
        TimePooling.checkLengths(x, lengths);
        try (DeviceMemory counts = launcher.integers(lengths)) {
            launcher.launch("time_pooling_clear_past", LaunchShapes.rows(x.dim(0) * x.dim(1), x.dim(2)), x, counts, x.dim(1), x.dim(2));
        }
    }
}
