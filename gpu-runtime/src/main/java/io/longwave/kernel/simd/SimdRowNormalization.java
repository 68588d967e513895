package io.longwave.kernel.simd;

import io.longwave.kernel.RowNormalization;
import io.longwave.tensor.Tensor;

/** A few thousand numbers per step: plain loops, sums in double. */
final class SimdRowNormalization implements RowNormalization {

    @Override
    public void forward(Tensor aTensor, int order, Tensor normsTensor, Tensor normalizedTensor) {
        RowNormalization.check(aTensor, order, normsTensor, normalizedTensor);
        float[] a = SimdTensor.of(aTensor);
        float[] norms = SimdTensor.of(normsTensor);
        float[] normalized = SimdTensor.of(normalizedTensor);
        int rows = aTensor.dim(0);
        int n = aTensor.dim(1);
        double sumOfNorms = 0;
        for (int r = 0; r < rows; r++) {
            double sum = 0;
            for (int i = r * n; i < (r + 1) * n; i++) {
                sum += order == 2 ? (double) a[i] * a[i] : Math.abs(a[i]);
            }
            norms[r] = (float) (order == 0 ? 0 : order == 2 ? Math.sqrt(sum) : sum);
            sumOfNorms += norms[r];
        }
        boolean divide = sumOfNorms / rows > SMALLEST_MEAN_NORM;
        for (int r = 0; r < rows; r++) {
            if (!divide) {
                norms[r] = 0;
            }
            for (int i = r * n; i < (r + 1) * n; i++) {
                normalized[i] = norms[r] == 0 ? a[i] : a[i] / norms[r];
            }
        }
    }

    @Override
    public void backward(Tensor aTensor, int order, Tensor normsTensor, Tensor normalizedTensor, Tensor gradientTensor, Tensor targetTensor,
            boolean accumulate) {
        RowNormalization.check(aTensor, order, normsTensor, normalizedTensor);
        float[] a = SimdTensor.of(aTensor);
        float[] norms = SimdTensor.of(normsTensor);
        float[] normalized = SimdTensor.of(normalizedTensor);
        float[] gradient = SimdTensor.of(gradientTensor);
        float[] target = SimdTensor.of(targetTensor);
        int n = aTensor.dim(1);
        for (int r = 0; r < norms.length; r++) {
            double along = 0;
            for (int i = r * n; i < (r + 1) * n; i++) {
                along += (double) gradient[i] * normalized[i];
            }
            for (int i = r * n; i < (r + 1) * n; i++) {
                double slope = order == 2 ? normalized[i] : Math.signum(a[i]);
                float d = (float) (norms[r] == 0 ? gradient[i] : (gradient[i] - slope * along) / norms[r]);
                target[i] = accumulate ? target[i] + d : d;
            }
        }
    }
}
