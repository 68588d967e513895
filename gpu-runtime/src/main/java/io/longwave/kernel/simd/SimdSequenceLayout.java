package io.longwave.kernel.simd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.SequenceLayout;
import io.longwave.tensor.Tensor;

/** Copies with strides; one task per sequence or group. */
final class SimdSequenceLayout implements SequenceLayout {
    private final WorkPool pool;

    SimdSequenceLayout(WorkPool pool) {
        this.pool = pool;
    }

    @Override
    public void toChannels(Tensor rowsTensor, int @Nullable [] lengths, int patch, @Nullable Tensor meanTensor,
            @Nullable Tensor scaleTensor, Tensor outTensor) {
        SequenceLayout.checkPatches(rowsTensor, patch, outTensor);
        float[] rows = SimdTensor.of(rowsTensor);
        float[] out = SimdTensor.of(outTensor);
        float[] mean = meanTensor == null ? null : SimdTensor.of(meanTensor);
        float[] scale = scaleTensor == null ? null : SimdTensor.of(scaleTensor);
        int batch = rowsTensor.dim(0);
        int length = rowsTensor.dim(1);
        int variates = rowsTensor.dim(2);
        int steps = outTensor.dim(2);
        pool.run(batch, b -> {
            int valid = lengths == null ? length : lengths[b];
            for (int v = 0; v < variates; v++) {
                float m = mean == null ? 0 : mean[v];
                float s = scale == null ? 1 : scale[v];
                for (int i = 0; i < patch; i++) {
                    int to = ((v * patch + i) * batch + b) * steps;
                    int count = (valid - i + patch - 1) / patch;
                    int from = (b * length + i) * variates + v;
                    for (int t = 0; t < count; t++) {
                        out[to + t] = (rows[from + t * patch * variates] - m) * s;
                    }
                    Arrays.fill(out, to + Math.max(count, 0), to + steps, 0);
                }
            }
        });
    }

    @Override
    public void toRows(Tensor xTensor, int patch, Tensor rowsTensor) {
        SequenceLayout.checkPatches(rowsTensor, patch, xTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] rows = SimdTensor.of(rowsTensor);
        int batch = rowsTensor.dim(0);
        int length = rowsTensor.dim(1);
        int variates = rowsTensor.dim(2);
        int steps = xTensor.dim(2);
        pool.run(batch, b -> {
            for (int t = 0; t < length; t++) {
                for (int v = 0; v < variates; v++) {
                    rows[(b * length + t) * variates + v] = x[((v * patch + t % patch) * batch + b) * steps + t / patch];
                }
            }
        });
    }

    @Override
    public void transpose(Tensor xTensor, Tensor outTensor, boolean accumulate) {
        SequenceLayout.checkTransposed(xTensor, outTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] out = SimdTensor.of(outTensor);
        int m = xTensor.dim(1);
        int n = xTensor.dim(2);
        pool.run(xTensor.dim(0), g -> {
            for (int i = 0; i < m; i++) {
                int from = (g * m + i) * n;
                int to = g * n * m + i;
                for (int j = 0; j < n; j++) {
                    float value = x[from + j];
                    out[to + j * m] = accumulate ? out[to + j * m] + value : value;
                }
            }
        });
    }

    @Override
    public void slice(Tensor xTensor, int from, Tensor outTensor) {
        SequenceLayout.checkSlice(xTensor, from, outTensor);
        int length = xTensor.dim(-1);
        int count = outTensor.dim(-1);
        for (int r = 0; r < xTensor.size() / Math.max(1, length); r++) {
            System.arraycopy(SimdTensor.of(xTensor), r * length + from, SimdTensor.of(outTensor), r * count, count);
        }
    }

    @Override
    public void unslice(Tensor outTensor, int from, Tensor xTensor, boolean accumulate) {
        SequenceLayout.checkSlice(xTensor, from, outTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] out = SimdTensor.of(outTensor);
        int length = xTensor.dim(-1);
        int count = outTensor.dim(-1);
        if (!accumulate) {
            Arrays.fill(x, 0);
        }
        for (int r = 0; r < x.length / Math.max(1, length); r++) {
            for (int i = 0; i < count; i++) {
                x[r * length + from + i] += out[r * count + i];
            }
        }
    }
}
