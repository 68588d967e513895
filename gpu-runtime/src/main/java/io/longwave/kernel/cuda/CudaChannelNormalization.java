package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.ChannelNormalization;
import io.longwave.tensor.Tensor;

/** {@link ChannelNormalization} by {@code channel_normalization.cu}: blocks of 32 positions; gradients of gain and bias in two stages. */
record CudaChannelNormalization(Launcher launcher) implements ChannelNormalization {
    private static final int POSITIONS = 32;
    private static final int MOST_CHANNEL_LANES = 8;
    /** Channels that a thread takes at least, where there are so many. */
    private static final int CHANNELS_PER_THREAD = 4;

    @Override
    public void forward(Kind kind, Tensor x, double epsilon, Tensor gain, Tensor bias, Tensor statistics, Tensor y) {
        ChannelNormalization.check(x, gain, bias, statistics, y);
        launcher.launch("channel_normalization_forward", shape(x), x, gain, bias, statistics, y, x.dim(0), x.dim(1), (float) epsilon,
                kind == Kind.LAYER);
    }

    private static LaunchShape shape(Tensor x) {
        int lanes = Math.clamp(Launcher.ceilDiv(x.dim(0), CHANNELS_PER_THREAD), 1, MOST_CHANNEL_LANES);
        return new LaunchShape(Launcher.ceilDiv(x.dim(1), POSITIONS), 1, 1, POSITIONS, lanes, 0);
    }

    @Override
    public void backward(Kind kind, Tensor x, Tensor gain, Tensor statistics, Tensor gradient, Tensor target, boolean accumulate,
            Tensor gainGradient, Tensor biasGradient) {
        ChannelNormalization.check(x, gain, biasGradient, statistics, gradient);
        ChannelNormalization.check(x, gainGradient, biasGradient, statistics, target);
        int channels = x.dim(0);
        int positions = x.dim(1);
        PartSums sums = PartSums.over(channels, positions);
        long half = (long) sums.segments() * channels;
        try (DeviceMemory parts = launcher.scratch(2 * half)) {
            launcher.launch("channel_normalization_gain_parts", sums.shape(), x, statistics, gradient, channels, positions, sums.stretch(),
                    sums.segments(), parts);
            PartSums.add(launcher, parts, 0, sums.segments(), gainGradient, true);
            PartSums.add(launcher, parts, half, sums.segments(), biasGradient, true);
        }
        launcher.launch("channel_normalization_backward", shape(x), x, gain, statistics, gradient, target, channels, positions,
                kind == Kind.LAYER, accumulate);
    }
}
