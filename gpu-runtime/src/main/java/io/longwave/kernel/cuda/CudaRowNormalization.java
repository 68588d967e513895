package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.RowNormalization;
import io.longwave.tensor.Tensor;

/** {@link RowNormalization} by {@code row_normalization.cu}: a block for each row. */
record CudaRowNormalization(Launcher launcher) implements RowNormalization {

    @Override
    public void forward(Tensor a, int order, Tensor norms, Tensor normalized) {
        RowNormalization.check(a, order, norms, normalized);
        if (order == 0) {
            launcher.device().clear(CudaTensor.of(norms));
            launcher.device().copy(CudaTensor.of(a), CudaTensor.of(normalized), (long) a.size() * Float.BYTES);
            return;
        }
        int rows = a.dim(0);
        int n = a.dim(1);
        LaunchShape shape = LaunchShapes.rows(rows, n);
        try (DeviceMemory all = launcher.doubles(rows)) {
            launcher.launch("row_normalization_norms", shape, a, n, order, all);
            launcher.launch("row_normalization_divide", shape, a, rows, n, all, (float) SMALLEST_MEAN_NORM, norms, normalized);
        }
    }

    @Override
    public void backward(Tensor a, int order, Tensor norms, Tensor normalized, Tensor gradient, Tensor target, boolean accumulate) {
        RowNormalization.check(a, order, norms, normalized);
        RowNormalization.check(gradient, order, norms, target);
        launcher.launch("row_normalization_backward", LaunchShapes.rows(a.dim(0), a.dim(1)), a, a.dim(1), order, norms, normalized,
                gradient, target, accumulate);
    }
}
