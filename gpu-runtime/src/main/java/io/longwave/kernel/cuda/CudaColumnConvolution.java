package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.ColumnConvolution;
import io.longwave.tensor.Tensor;

import org.jspecify.annotations.Nullable;

/** {@link ColumnConvolution} by {@code column_convolution.cu}. */
record CudaColumnConvolution(Launcher launcher) implements ColumnConvolution {
    private static final int THREADS = 256;
    private static final int WARP = 32;
    private static final int MOST_CHANNEL_BLOCKS = 65_535;
    private static final int BLOCKS_PER_MULTIPROCESSOR = 8;

    @Override
    public void forward(Tensor x, Tensor weight, Tensor bias, Tensor y) {
        ColumnConvolution.check(x, weight, bias, y);
        forward(x, weight, bias, null, y);
    }

    @Override
    public void step(Tensor x, Tensor weight, Tensor bias, Tensor tail, Tensor y) {
        ColumnConvolution.check(x, weight, bias, y);
        int taps = weight.dim(1);
        tail.requireShape("tail", x.dim(0), x.dim(1), taps - 1, x.dim(3));
        forward(x, weight, bias, tail, y);
        long lines = (long) x.dim(0) * x.dim(1);
        if (taps > 1) {
            launcher.launchOver(lines * x.dim(3), "column_convolution_tail", x, tail, lines, x.dim(2), x.dim(3), taps);
        }
    }

    private void forward(Tensor x, Tensor weight, Tensor bias, @Nullable Tensor tail, Tensor y) {
        launcher.launchOver(x.size(), "column_convolution_forward", x, weight, bias, tail, y, (long) x.size(), row(x), x.dim(1), x.dim(3),
                weight.dim(1));
    }

    private static long row(Tensor x) {
        return (long) x.dim(2) * x.dim(3);
    }

    @Override
    public void backward(Tensor x, Tensor weight, Tensor gradient, Tensor inputGradient, boolean accumulate, Tensor weightGradient,
            Tensor biasGradient) {
        ColumnConvolution.check(x, weight, biasGradient, gradient);
        ColumnConvolution.check(x, weightGradient, biasGradient, inputGradient);
        if (x.size() == 0) {
            return;
        }
        int taps = weight.dim(1);
        int channels = x.dim(0);
        launcher.launchOver(x.size(), "column_convolution_input_gradient", weight, gradient, inputGradient, (long) x.size(), row(x),
                x.dim(1), x.dim(3), x.dim(2), taps, accumulate);
        long perChannel = x.dim(1) * row(x);
        int threads = (int) Math.min(THREADS, Launcher.ceilDiv(perChannel, WARP) * WARP);
        long wanted = Launcher.ceilDiv((long) launcher.properties().multiprocessors() * BLOCKS_PER_MULTIPROCESSOR,
                (long) channels * (taps + 1));
        int slices = (int) Math.min(wanted, Launcher.ceilDiv(perChannel, threads));
        try (DeviceMemory partial = launcher.scratch((long) slices * channels * (taps + 1))) {
            launcher.launch("column_convolution_weight_sums",
                    LaunchShape.of(slices, threads).by(Math.min(channels, MOST_CHANNEL_BLOCKS), taps + 1), x, gradient, partial, channels,
                    perChannel, row(x), x.dim(3), taps);
            int sums = channels * (taps + 1);
            int block = Math.min(THREADS, sums);
            launcher.launch("column_convolution_add_sums", LaunchShape.of(Launcher.ceilDiv(sums, block), block), partial, weightGradient,
                    biasGradient, channels, taps, slices);
        }
    }
}
