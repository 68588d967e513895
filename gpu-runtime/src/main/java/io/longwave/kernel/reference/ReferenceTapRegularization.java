package io.longwave.kernel.reference;

import io.longwave.kernel.TapRegularization;
import io.longwave.tensor.Tensor;

final class ReferenceTapRegularization implements TapRegularization {

    @Override
    public void forward(Tensor tapsTensor, Settings settings, Tensor outTensor) {
        TapRegularization.check(tapsTensor, outTensor, "out");
        double[] taps = ReferenceTensor.of(tapsTensor);
        double[] out = ReferenceTensor.of(outTensor);
        int count = tapsTensor.dim(1);
        double threshold = threshold(settings);
        for (int row = 0; row < tapsTensor.dim(0); row++) {
            for (int i = 0; i < count; i++) {
                double k = smooth(taps, row * count, i, count, settings.halfWidth());
                out[row * count + i] = threshold > 0 ? Math.signum(k) * Math.max(Math.abs(k) - threshold, 0) : k;
            }
        }
    }

    @Override
    public void backward(Tensor tapsTensor, Settings settings, Tensor gradientTensor, Tensor targetTensor, boolean accumulate) {
        TapRegularization.check(tapsTensor, gradientTensor, "gradient");
        TapRegularization.check(tapsTensor, targetTensor, "target");
        double[] taps = ReferenceTensor.of(tapsTensor);
        double[] gradient = ReferenceTensor.of(gradientTensor);
        double[] target = ReferenceTensor.of(targetTensor);
        int count = tapsTensor.dim(1);
        double threshold = threshold(settings);
        double[] masked = new double[count];
        for (int row = 0; row < tapsTensor.dim(0); row++) {
            for (int i = 0; i < count; i++) {
                double k = smooth(taps, row * count, i, count, settings.halfWidth());
                boolean alive = !(threshold > 0) || Math.abs(k) > threshold;
                masked[i] = alive ? gradient[row * count + i] : 0;
            }
            for (int i = 0; i < count; i++) {
                double d = smooth(masked, 0, i, count, settings.halfWidth()); // the filter is symmetric, so it is its own transpose
                target[row * count + i] = accumulate ? target[row * count + i] + d : d;
            }
        }
    }

    private static double threshold(Settings settings) {
        return settings.threshold() == null ? 0 : ReferenceTensor.of(settings.threshold())[0];
    }

    private static double smooth(double[] taps, int at, int i, int count, int halfWidth) {
        if (halfWidth == 0) {
            return taps[at + i];
        }
        double sum = 0;
        for (int j = Math.max(0, i - halfWidth); j <= Math.min(count - 1, i + halfWidth); j++) {
            sum += taps[at + j];
        }
        return sum / (2 * halfWidth + 1);
    }
}
