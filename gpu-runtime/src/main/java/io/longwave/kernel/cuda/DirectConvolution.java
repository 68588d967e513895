package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.CausalConvolution.Extent;

/** Convolutions with few taps, sum by sum: {@code causal_convolution.cu}. Without a kernel for the future. */
record DirectConvolution(Launcher launcher) {
    /** As in the kernels. */
    private static final int PER_THREAD = 4;
    private static final int THREADS = 128;
    /** Tiles that a block adds up for the kernel's gradient, where there are enough blocks. */
    private static final int SHARE = 16;

    private static int threads(int length) {
        return Math.min(THREADS, Launcher.ceilDiv(Launcher.ceilDiv(length, PER_THREAD), 32) * 32);
    }

    private static int tiles(int length) {
        return Launcher.ceilDiv(length, threads(length) * PER_THREAD);
    }

    private static LaunchShape shape(int rows, int length, int taps) {
        int numbers = threads(length) * PER_THREAD + taps - 1 + taps;
        return LaunchShape.of(rows * tiles(length), threads(length)).shared(numbers * Float.BYTES);
    }

    /** y (+)= output gate · (convolution + skip). */
    void forward(ConvolutionTerms o, DeviceMemory y, boolean accumulate) {
        Extent x = o.x();
        int taps = o.usedTaps();
        launcher.launch("causal_convolution_forward", shape(x.channels() * x.batch(), x.length(), taps), o.u(), o.inputGate(), o.kernel(),
                o.skip(), o.outputGate(), y, x.variates(), x.batch(), x.length(), taps, o.taps(), o.channelsPerRow(), tiles(x.length()),
                accumulate);
    }

    /** du (+)= ..., dGate += .... */
    void inputGradient(ConvolutionTerms o, DeviceMemory dy, @Nullable DeviceMemory du, @Nullable DeviceMemory dGate, boolean accumulate) {
        Extent x = o.x();
        int taps = o.usedTaps();
        launcher.launch("causal_convolution_input_gradient", shape(x.variates() * x.batch(), x.length(), taps), dy, o.outputGate(),
                o.kernel(), o.skip(), o.u(), o.inputGate(), du, dGate, x.variates(), x.channels(), x.batch(), x.length(), taps, o.taps(),
                o.channelsPerRow(), tiles(x.length()), accumulate);
    }

    /** dk (+)= ... for the taps that reach anything. */
    void kernelGradient(ConvolutionTerms o, DeviceMemory dy, DeviceMemory dk, boolean accumulate) {
        Extent x = o.x();
        int taps = o.usedTaps();
        int tile = threads(x.length()) * PER_THREAD;
        int items = o.channelsPerRow() * x.batch() * tiles(x.length());
        int parts = Launcher.ceilDiv(items, SHARE);
        try (DeviceMemory sums = launcher.scratch((long) o.rows() * parts * taps)) {
            int numbers = tile + taps - 1 + tile + taps;
            launcher.launch("causal_convolution_kernel_sums",
                    LaunchShape.of(o.rows() * parts, threads(x.length())).shared(numbers * Float.BYTES), o.u(), o.inputGate(), dy,
                    o.outputGate(), sums, x.variates(), x.batch(), x.length(), taps, o.channelsPerRow(), tile, tiles(x.length()), parts,
                    SHARE);
            launcher.launchOver((long) o.rows() * taps, "causal_convolution_kernel_gradient", sums, dk, o.rows(), taps, o.taps(), parts,
                    accumulate);
        }
    }
}
