package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.SeriesActivation;

/** {@link SeriesActivation} by {@code series_activation.cu}. */
final class CudaSeriesActivation implements SeriesActivation {
    private final Launcher launcher;
    private final SeriesTransfer transfer;

    CudaSeriesActivation(Launcher launcher) {
        this.launcher = launcher;
        this.transfer = new SeriesTransfer(launcher);
    }

    @Override
    public void gelu(float[] x, int size) {
        DiagonalStep.requireRoom("x", x, size);
        try (DeviceMemory values = transfer.in(x)) {
            gelu(values, size);
            transfer.back(values, x);
        }
    }

    @Override
    public void addGated(float[] x, float[] y, int size) {
        DiagonalStep.requireRoom("x", x, 2L * size);
        DiagonalStep.requireRoom("y", y, size);
        try (DeviceMemory in = transfer.in(x); DeviceMemory sum = transfer.in(y)) {
            addGated(in, sum, size);
            transfer.back(sum, y);
        }
    }

    @Override
    public void normalize(Kind kind, float[] x, float epsilon, float[] gain, float[] bias, float[] y, int series) {
        SeriesActivation.check(x, gain, bias, y, series);
        if (series == 0) {
            return;
        }
        try (DeviceMemory in = transfer.in(x);
                DeviceMemory gains = transfer.in(gain);
                DeviceMemory offsets = transfer.in(bias);
                DeviceMemory out = transfer.out(y, (long) gain.length * series)) {
            normalize(kind, in, epsilon, gains, offsets, out, gain.length, series);
            transfer.back(out, y);
        }
    }

    /** {@link #gelu(float[], int)} on what is on the device already, without waiting for it; so are the others below. */
    void gelu(DeviceMemory x, long size) {
        launcher.launchOver(size, "series_activation_gelu", x, size);
    }

    void addGated(DeviceMemory x, DeviceMemory y, long size) {
        launcher.launchOver(size, "series_activation_gated", x, y, size);
    }

    void normalize(Kind kind, DeviceMemory x, float epsilon, DeviceMemory gain, DeviceMemory bias, DeviceMemory y, int channels,
            int series) {
        launcher.launch("series_activation_norm", SeriesTransfer.shape(series, 1, 1), x, gain, bias, y, channels, series, epsilon,
                kind == Kind.LAYER);
    }
}
