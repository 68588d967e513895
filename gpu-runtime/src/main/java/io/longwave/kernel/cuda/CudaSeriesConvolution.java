package io.longwave.kernel.cuda;

import io.longwave.kernel.SeriesConvolution;
import io.longwave.tensor.Tensor;

/** {@link SeriesConvolution} by {@code series_convolution.cu}. */
final class CudaSeriesConvolution implements SeriesConvolution {
    private final Launcher launcher;

    CudaSeriesConvolution(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public void step(Tensor weight, Tensor bias, Tensor state, int stateAt, Tensor x, Tensor y, int series) {
        int taps = SeriesConvolution.check(weight, bias, state, stateAt, x, y, series);
        if (series > 0) {
            launcher.launch("series_convolution", SeriesLaunches.shape(series, 1, bias.size()), weight, bias, state, (long) stateAt, x, y,
                    bias.size(), taps, series);
        }
    }
}
