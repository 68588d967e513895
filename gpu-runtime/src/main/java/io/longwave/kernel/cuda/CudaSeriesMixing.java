package io.longwave.kernel.cuda;

import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.SeriesMixing;
import io.longwave.tensor.Tensor;

/** {@link SeriesMixing} by {@code series_mixing.cu}, or by its parts where a block cannot hold the inputs of its series. */
final class CudaSeriesMixing implements SeriesMixing {
    private final Launcher launcher;
    private final SeriesMixing parts;

    CudaSeriesMixing(Launcher launcher, SeriesMixing parts) {
        this.launcher = launcher;
        this.parts = parts;
    }

    @Override
    public void add(Tensor weight, Tensor bias, Tensor x, Tensor between, Tensor y, int series) {
        int outputs = SeriesMixing.check(weight, bias, x, between, y, series);
        if (series == 0 || outputs == 0) {
            return;
        }
        int inputs = weight.dim(1);
        LaunchShape shape = SeriesTiles.shape(launcher, series, inputs, 2 * outputs); // values and their gates
        if (shape == null) {
            parts.add(weight, bias, x, between, y, series);
        } else {
            launcher.launch("series_mixing", shape, weight, bias, x, y, inputs, outputs, series);
        }
    }
}
