package io.longwave.kernel.cuda;

import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.SeriesActivation;
import io.longwave.tensor.Tensor;

/** {@link SeriesActivation} by {@code series_activation.cu}. */
final class CudaSeriesActivation implements SeriesActivation {
    private final Launcher launcher;

    CudaSeriesActivation(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public void gelu(Tensor x, int size) {
        DiagonalStep.requireRoom("x", x, size);
        launcher.launchOver(size, "series_activation_gelu", x, (long) size);
    }

    @Override
    public void addGated(Tensor x, Tensor y, int size) {
        DiagonalStep.requireRoom("x", x, 2L * size);
        DiagonalStep.requireRoom("y", y, size);
        launcher.launchOver(size, "series_activation_gated", x, y, (long) size);
    }

    @Override
    public void normalize(Kind kind, Tensor x, float epsilon, Tensor gain, Tensor bias, Tensor y, int series) {
        SeriesActivation.check(x, gain, bias, y, series);
        if (series > 0) {
            launcher.launch("series_activation_norm", SeriesLaunches.shape(series, 1, 1), x, gain, bias, y, gain.size(), series, epsilon,
                    kind == Kind.LAYER);
        }
    }

    @Override
    public void scale(Tensor x, Tensor mean, Tensor gain, Tensor bias, Tensor y, int series) {
        SeriesActivation.check(x, mean, gain, bias, y, series);
        if (series > 0) {
            launcher.launch("series_activation_scale", SeriesLaunches.shape(series, 1, gain.size()), x, mean, gain, bias, y, gain.size(),
                    series);
        }
    }
}
