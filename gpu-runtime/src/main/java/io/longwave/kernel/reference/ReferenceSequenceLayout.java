package io.longwave.kernel.reference;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.SequenceLayout;
import io.longwave.tensor.Tensor;

final class ReferenceSequenceLayout implements SequenceLayout {

    @Override
    public void toChannels(Tensor rowsTensor, int @Nullable [] lengths, int patch, @Nullable Tensor mean, @Nullable Tensor scale,
            Tensor outTensor) {
        SequenceLayout.checkPatches(rowsTensor, patch, outTensor);
        double[] rows = ReferenceTensor.of(rowsTensor);
        double[] out = ReferenceTensor.of(outTensor);
        int batch = rowsTensor.dim(0);
        int length = rowsTensor.dim(1);
        int variates = rowsTensor.dim(2);
        int steps = outTensor.dim(2);
        for (int b = 0; b < batch; b++) {
            int valid = lengths == null ? length : lengths[b];
            for (int t = 0; t < steps * patch; t++) {
                for (int v = 0; v < variates; v++) {
                    double value = 0;
                    if (t < valid) {
                        value = rows[(b * length + t) * variates + v];
                        value -= mean == null ? 0 : ReferenceTensor.of(mean)[v];
                        value *= scale == null ? 1 : ReferenceTensor.of(scale)[v];
                    }
                    out[((v * patch + t % patch) * batch + b) * steps + t / patch] = value;
                }
            }
        }
    }

    @Override
    public void toRows(Tensor xTensor, int patch, Tensor rowsTensor) {
        SequenceLayout.checkPatches(rowsTensor, patch, xTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] rows = ReferenceTensor.of(rowsTensor);
        int batch = rowsTensor.dim(0);
        int length = rowsTensor.dim(1);
        int variates = rowsTensor.dim(2);
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < length; t++) {
                for (int v = 0; v < variates; v++) {
                    rows[(b * length + t) * variates + v] = x[((v * patch + t % patch) * batch + b) * xTensor.dim(2) + t / patch];
                }
            }
        }
    }

    @Override
    public void transpose(Tensor xTensor, Tensor outTensor, boolean accumulate) {
        SequenceLayout.checkTransposed(xTensor, outTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] out = ReferenceTensor.of(outTensor);
        int m = xTensor.dim(1);
        int n = xTensor.dim(2);
        for (int g = 0; g < xTensor.dim(0); g++) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    int to = (g * n + j) * m + i;
                    double value = x[(g * m + i) * n + j];
                    out[to] = accumulate ? out[to] + value : value;
                }
            }
        }
    }

    @Override
    public void slice(Tensor xTensor, int from, Tensor outTensor) {
        SequenceLayout.checkSlice(xTensor, from, outTensor);
        int length = xTensor.dim(-1);
        int count = outTensor.dim(-1);
        for (int i = 0; i < outTensor.size(); i++) {
            ReferenceTensor.of(outTensor)[i] = ReferenceTensor.of(xTensor)[i / count * length + from + i % count];
        }
    }

    @Override
    public void unslice(Tensor outTensor, int from, Tensor xTensor, boolean accumulate) {
        SequenceLayout.checkSlice(xTensor, from, outTensor);
        double[] x = ReferenceTensor.of(xTensor);
        int length = xTensor.dim(-1);
        int count = outTensor.dim(-1);
        for (int i = 0; i < x.length; i++) {
            int at = i % length - from;
            double value = at >= 0 && at < count ? ReferenceTensor.of(outTensor)[i / length * count + at] : 0;
            x[i] = accumulate ? x[i] + value : value;
        }
    }
}
