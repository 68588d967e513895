package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.SeriesConvolution;

/** {@link SeriesConvolution} by {@code series_convolution.cu}. */
final class CudaSeriesConvolution implements SeriesConvolution {
    private final Launcher launcher;
    private final SeriesTransfer transfer;

    CudaSeriesConvolution(Launcher launcher) {
        this.launcher = launcher;
        this.transfer = new SeriesTransfer(launcher);
    }

    @Override
    public void step(float[] weight, float[] bias, float[] state, int stateAt, float[] x, float[] y, int series) {
        int taps = SeriesConvolution.check(weight, bias, state, stateAt, x, y, series);
        if (series == 0) {
            return;
        }
        try (DeviceMemory weights = transfer.in(weight);
                DeviceMemory offsets = transfer.in(bias);
                DeviceMemory kept = transfer.in(state);
                DeviceMemory in = transfer.in(x);
                DeviceMemory out = transfer.out(y, (long) bias.length * series)) {
            step(weights, offsets, kept, stateAt, in, out, bias.length, taps, series);
            if (taps > 1) {
                transfer.back(kept, state);
            }
            transfer.back(out, y);
        }
    }

    /** The same on what is on the device already, without waiting for it; y may be x. */
    void step(DeviceMemory weight, DeviceMemory bias, DeviceMemory state, long stateAt, DeviceMemory x, DeviceMemory y, int channels,
            int taps, int series) {
        launcher.launch("series_convolution", SeriesTransfer.shape(series, 1, channels), weight, bias, state, stateAt, x, y, channels, taps,
                series);
    }
}
