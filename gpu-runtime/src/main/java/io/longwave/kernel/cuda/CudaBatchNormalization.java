package io.longwave.kernel.cuda;

import java.util.Arrays;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.BatchNormalization;
import io.longwave.kernel.TimePooling;
import io.longwave.tensor.Tensor;

/** {@link BatchNormalization} by {@code batch_normalization.cu}: blocks own stretches of the rows [H B, L]. */
record CudaBatchNormalization(Launcher launcher) implements BatchNormalization {

    @Override
    public void statistics(Tensor x, int[] lengths, Tensor mean, Tensor variance) {
        BatchNormalization.check(x, mean, variance, mean, mean, x);
        TimePooling.checkLengths(x, lengths);
        PartSums sums = over(x);
        int each = x.dim(1) * sums.segments();
        try (DeviceMemory counts = launcher.integers(lengths); DeviceMemory parts = launcher.doubles(2L * x.dim(0) * each)) {
            launcher.launch("batch_normalization_parts", sums.shape(), x, counts, x.dim(1), x.dim(2), sums.stretch(), sums.segments(),
                    parts);
            launcher.launch("batch_normalization_statistics", perChannel(x, each), parts, each, positions(lengths), mean, variance);
        }
    }

    private static PartSums over(Tensor x) {
        return PartSums.over(x.dim(0) * x.dim(1), x.dim(2));
    }

    /** A block for each channel, for the second stage. */
    private static LaunchShape perChannel(Tensor x, int each) {
        return LaunchShapes.rows(x.dim(0), each);
    }

    private static long positions(int[] lengths) {
        return Arrays.stream(lengths).asLongStream().sum();
    }

    @Override
    public void forward(Tensor x, Tensor mean, Tensor variance, double epsilon, Tensor gain, Tensor bias, Tensor y) {
        BatchNormalization.check(x, mean, variance, gain, bias, y);
        PartSums sums = over(x);
        launcher.launch("batch_normalization_forward", sums.shape(), x, mean, variance, (float) epsilon, gain, bias, y, x.dim(1), x.dim(2),
                sums.stretch(), sums.segments());
    }

    @Override
    public void backward(Tensor x, int[] lengths, Tensor mean, Tensor variance, double epsilon, Tensor gain, Tensor gradient,
            Tensor target, boolean accumulate, Tensor gainGradient, Tensor biasGradient) {
        BatchNormalization.check(x, mean, variance, gain, biasGradient, gradient);
        BatchNormalization.check(x, mean, variance, gainGradient, biasGradient, target);
        TimePooling.checkLengths(x, lengths);
        PartSums sums = over(x);
        int each = x.dim(1) * sums.segments();
        try (DeviceMemory counts = launcher.integers(lengths);
                DeviceMemory parts = launcher.doubles(2L * x.dim(0) * each);
                DeviceMemory both = launcher.scratch(2L * x.dim(0))) {
            launcher.launch("batch_normalization_gradient_parts", sums.shape(), x, mean, variance, (float) epsilon, gradient, x.dim(1),
                    x.dim(2), sums.stretch(), sums.segments(), parts);
            launcher.launch("batch_normalization_gradient_sums", perChannel(x, each), parts, each, both, gainGradient, biasGradient);
            launcher.launch("batch_normalization_backward", sums.shape(), x, counts, mean, variance, (float) epsilon, gain, gradient, both,
                    (float) positions(lengths), target, x.dim(1), x.dim(2), sums.stretch(), sums.segments(), accumulate);
        }
    }
}
