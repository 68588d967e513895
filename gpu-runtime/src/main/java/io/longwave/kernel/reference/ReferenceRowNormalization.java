package io.longwave.kernel.reference;

import io.longwave.kernel.RowNormalization;
import io.longwave.tensor.Tensor;

final class ReferenceRowNormalization implements RowNormalization {

    @Override
    public void forward(Tensor aTensor, int order, Tensor normsTensor, Tensor normalizedTensor) {
        RowNormalization.check(aTensor, order, normsTensor, normalizedTensor);
        double[] a = ReferenceTensor.of(aTensor);
        double[] norms = ReferenceTensor.of(normsTensor);
        double[] normalized = ReferenceTensor.of(normalizedTensor);
        int rows = aTensor.dim(0);
        int n = aTensor.dim(1);
        double sumOfNorms = 0;
        for (int r = 0; r < rows; r++) {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                double v = a[r * n + i];
                sum += order == 2 ? v * v : Math.abs(v);
            }
            norms[r] = order == 0 ? 0 : order == 2 ? Math.sqrt(sum) : sum;
            sumOfNorms += norms[r];
        }
        boolean divide = sumOfNorms / rows > SMALLEST_MEAN_NORM;
        for (int r = 0; r < rows; r++) {
            if (!divide) {
                norms[r] = 0;
            }
            for (int i = 0; i < n; i++) {
                normalized[r * n + i] = norms[r] == 0 ? a[r * n + i] : a[r * n + i] / norms[r];
            }
        }
    }

    @Override
    public void backward(Tensor aTensor, int order, Tensor normsTensor, Tensor normalizedTensor, Tensor gradientTensor, Tensor targetTensor,
            boolean accumulate) {
        RowNormalization.check(aTensor, order, normsTensor, normalizedTensor);
        double[] a = ReferenceTensor.of(aTensor);
        double[] norms = ReferenceTensor.of(normsTensor);
        double[] normalized = ReferenceTensor.of(normalizedTensor);
        double[] gradient = ReferenceTensor.of(gradientTensor);
        double[] target = ReferenceTensor.of(targetTensor);
        int n = aTensor.dim(1);
        for (int r = 0; r < norms.length; r++) {
            double along = 0;
            for (int i = 0; i < n; i++) {
                along += gradient[r * n + i] * normalized[r * n + i];
            }
            for (int i = r * n; i < (r + 1) * n; i++) {
                double slope = order == 2 ? normalized[i] : Math.signum(a[i]);
                double d = norms[r] == 0 ? gradient[i] : (gradient[i] - slope * along) / norms[r];
                target[i] = accumulate ? target[i] + d : d;
            }
        }
    }
}
