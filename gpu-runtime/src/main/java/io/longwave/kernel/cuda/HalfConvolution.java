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
    private static final int WARP = 32;
    private static final int TILE_WORDS = 256;
    private static final int WORD_BYTES = 4;
    /** Shared memory that the kernel of spectra has of its own: a number for each thread. */
    private static final int SPECTRUM_STATIC_BYTES = 512 * WORD_BYTES;

    /**
     * N = first · inner · third, and what a block of a kernel has; as in the kernels.
     *
     * @param pieces of a row of the batch, 2 where it is taken in halves of N numbers
     * @param rows of N numbers that a warp (two factors) or a block (three) has at a time
     * @param warps of a block
     * @param blocks on a multiprocessor
     */
    private record Plan(int first, int inner, int third, int pieces, int rows, int warps, int blocks) {
        /** For rows of {@code n} numbers, and kernels without a future or with one. */
        static Plan of(int n, boolean causal) {
            return switch (n) {
                case 256 -> new Plan(16, 1, 16, 1, 2, 8, 2);
                case 512 -> new Plan(32, 1, 16, 1, 1, 8, 2);
                case 1024 -> new Plan(32, 1, 32, 1, 1, 4, 3);
                case 2048 -> new Plan(8, 16, 16, 1, 2, 4, 4);
                case 4096 -> new Plan(16, 16, 16, 1, 2, 8, 2);
                case 8192 -> causal ? new Plan(16, 16, 16, 2, 2, 8, 2) : new Plan(32, 16, 16, 1, 3, 12, 1);
                case 16_384 -> causal ? new Plan(32, 16, 16, 2, 2, 16, 1) : new Plan(64, 16, 16, 1, 1, 12, 1);
                default -> throw new IllegalArgumentException("rows: expected a power of two from 256 to 16,384 but was " + n);
            };
        }

        static Plan of(ConvolutionTerms o) {
            return of(RowPlan.sizeFor(o.x().length()), o.back() == null);
        }

        /** Numbers of a row or of its half. */
        int n() {
            return first * inner * third;
        }

        String kernel(ConvolutionPrecision precision) {
            return "long_convolution_" + precision.name().toLowerCase(Locale.ROOT) + (pieces > 1 ? "_halves_of_" : "_") + pieces * n();
        }

        /** With two factors the matrices and twiddle factors, with three two matrices, twiddle factors and the rows. */
        int sharedBytes() {
            int n = n();
            int words = inner == 1
                    ? 2 * first * first + 2 * third * third + 2 * n + warps * rows * n
                    : 2 * Math.max(first * first, TILE_WORDS) + 3 * TILE_WORDS + first * 96 + 2 * rows * n;
            return words * WORD_BYTES;
        }

        /** Blocks for the spectra of {@code rows} kernel rows; both pieces of one stand in the same. */
        LaunchShape spectra(int rows) {
            FixedRows whole = FixedRows.of(n());
            return pieces > 1 ? whole.shape(rows, 1, pieces, 0) : whole.over(rows, 1);
        }

        /** Items that blocks share: rows, or groups of rows of a channel. */
        int items(Extent x) {
            return inner == 1 ? x.channels() * x.batch() : x.channels() * Launcher.ceilDiv(x.batch(), rows / pieces);
        }

        LaunchShape shape(Extent x, int multiprocessors) {
            int each = inner == 1 ? rows * warps : 1; // items of a block at a time
            int wanted = Launcher.ceilDiv(items(x), each);
            return LaunchShape.of(Math.min(wanted, blocks * multiprocessors), warps * WARP).shared(sharedBytes());
        }
    }

    /** Rows of these lengths, as far as a block of the device has room for them. */
    boolean takesForward(ConvolutionTerms o) {
        int length = o.x().length();
        if (precision == ConvolutionPrecision.FLOAT32 || length < SHORTEST_ROW || length > LONGEST_ROW) {
            return false;
        }
        Plan plan = Plan.of(o);
        int needed = Math.max(plan.sharedBytes(), plan.spectra(o.rows()).sharedBytes() + SPECTRUM_STATIC_BYTES);
        return needed <= launcher.properties().sharedBytesPerBlock();
    }

    /** Where each channel has a series of its own. */
    boolean takesInputGradient(ConvolutionTerms o) {
        return precision == ConvolutionPrecision.BFLOAT16 && takesForward(o) && o.x().variates() == o.x().channels();
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
        Plan plan = Plan.of(o);
        long numbers = (long) plan.pieces() * plan.n();
        try (DeviceMemory spectrum = launcher.scratch(o.rows() * numbers); DeviceMemory scales = launcher.scratch(o.rows())) {
            launcher.launch("long_convolution_half_spectrum_" + plan.n(), plan.spectra(o.rows()), o.kernel(), o.usedTaps(), o.taps(),
                    o.back(), o.usedBackTaps(), o.backTaps(), o.halfWidth(), o.threshold(), spectrum, scales, o.skip(), o.channelsPerRow(),
                    o.rows(), plan.pieces(),
                    precision == ConvolutionPrecision.BFLOAT16);
            launcher.launch(plan.kernel(precision), plan.shape(x, launcher.properties().multiprocessors()), source, before, spectrum,
                    scales, o.skip(), after, target, x.variates(), x.channels(), x.batch(), x.length(), o.channelsPerRow(), conjugated,
                    accumulate);
        }
    }
}
