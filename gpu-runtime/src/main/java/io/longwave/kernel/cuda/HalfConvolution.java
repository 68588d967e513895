package io.longwave.kernel.cuda;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.CausalConvolution.Extent;

/** Convolutions with operands of 16 bits on the tensor cores: {@code longconv_half.cu}. */
record HalfConvolution(Launcher launcher, ConvolutionPrecision precision) {
    private static final int SHORTEST_ROW = 129;
    private static final int LONGEST_ROW = 16_384;
    private static final int WARPS = 8;
    /** Numbers of a block's rows, where these are short: a strip for each warp and more. */
    private static final int NUMBERS = 2048;
    private static final int BLOCKS_PER_MULTIPROCESSOR = 4;

    /** N = first · inner · third; as in the kernels. */
    private record Factors(int first, int inner, int third) {
        static Factors of(int n) {
            return switch (n) {
                case 256 -> new Factors(16, 1, 16);
                case 512 -> new Factors(32, 1, 16);
                case 1024 -> new Factors(32, 1, 32);
                case 2048 -> new Factors(64, 1, 32);
                case 4096 -> new Factors(16, 16, 16);
                case 8192 -> new Factors(32, 16, 16);
                case 16_384 -> new Factors(32, 32, 16);
                default -> throw new IllegalArgumentException("rows: expected a power of two from 256 to 16,384 but was " + n);
            };
        }

        int size() {
            return first * inner * third;
        }

        /** Matrices of the first stage there and back, of the others, both tables of turns; and the planes of the rows. */
        int sharedBytes(int rows) {
            int words = 2 * first * first + (inner > 1 ? inner * inner : 0) + third * third;
            return words * 4 + (4 * size() / 256 + 256) * 8 + rows * size() * 4;
        }
    }

    boolean takesForward(Extent x) {
        return precision != ConvolutionPrecision.FLOAT32 && x.length() >= SHORTEST_ROW && x.length() <= LONGEST_ROW;
    }

    /** Where each channel has a series of its own. */
    boolean takesInputGradient(Extent x) {
        return precision == ConvolutionPrecision.BFLOAT16 && takesForward(x) && x.variates() == x.channels();
    }

    /** y (+)= output gate · (convolution + skip). */
    void forward(ConvolutionTerms o, DeviceMemory y, boolean accumulate) {
        rows(o, o.u(), o.inputGate(), o.outputGate(), y, false, accumulate);
    }

    /** du (+)= input gate · dx; the same rows with the conjugate spectrum. */
    void inputGradient(ConvolutionTerms o, DeviceMemory dy, DeviceMemory du, boolean accumulate) {
        rows(o, dy, o.outputGate(), o.inputGate(), du, true, accumulate);
    }

    private void rows(ConvolutionTerms o, @Nullable DeviceMemory source, @Nullable DeviceMemory before, @Nullable DeviceMemory after,
            DeviceMemory target, boolean conjugated, boolean accumulate) {
        Extent x = o.x();
        int n = RowPlan.sizeFor(x.length());
        Factors factors = Factors.of(n);
        int rows = Math.clamp(NUMBERS / n, 1, x.batch());
        int warps = Math.min(WARPS, rows * (n / factors.first) / 8);
        int wanted = Launcher.ceilDiv(launcher.properties().multiprocessors() * BLOCKS_PER_MULTIPROCESSOR, x.channels());
        int slices = Math.min(Launcher.ceilDiv(x.batch(), rows), wanted);
        try (DeviceMemory spectrum = launcher.scratch(2L * o.rows() * n)) {
            launcher.launch("long_convolution_half_spectrum", RowBlocks.over(o.rows(), n), o.kernel(), o.usedTaps(), o.taps(), o.back(),
                    o.usedBackTaps(), o.backTaps(), spectrum, o.rows(), n, factors.first, factors.inner);
            launcher.launch("long_convolution_" + precision.name().toLowerCase(Locale.ROOT) + "_" + n,
                    LaunchShape.of(x.channels() * slices, 32 * warps).shared(factors.sharedBytes(rows)), source, before, spectrum,
                    o.skip(), after, target, x.variates(), x.batch(), x.length(), o.channelsPerRow(), rows, slices, conjugated, accumulate);
        }
    }
}
