package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.CausalConvolution.Extent;

/**
 * Convolutions by transforms that go through memory in three passes, {@code longconv_passes.cu}, for as many rows at a time as the
 * second-level cache holds between passes.
 */
final class LongRows {
    /** A column of this height is in the registers of one thread. */
    private static final int HEIGHT_IN_REGISTERS = 16;
    /** Two stages of 16. */
    private static final int INNER = 256;
    /** As many as leave each 80 registers with three blocks on a multiprocessor. */
    private static final int THREADS = 256;
    /** Rows of a second pass have the threads of a block at most. */
    private static final int WIDEST = 16 * THREADS;
    private static final int COMPLEX_BYTES = 8;
    private static final int ADD_THREADS = 256;

    private final Launcher launcher;
    private final int largest;
    private final long midBytes;

    /**
     * @param largest transform on the chip
     * @param midBytes for what is between the passes
     */
    LongRows(Launcher launcher, int largest, long midBytes) {
        this.launcher = launcher;
        this.largest = largest;
        this.midBytes = midBytes;
    }

    /** A row of n numbers as columns of a height, and rows of a width that fit a block. */
    record Split(int height, int width) {
        int size() {
            return height * width;
        }
    }

    /** Rows of n numbers are `largest / beside` wide: {@code beside} is 2 where something lies beside the row in shared memory. */
    Split split(int n, int beside) {
        int width = Math.min(Math.min(largest / beside, WIDEST), Math.max(RowPlan.SMALLEST, n / HEIGHT_IN_REGISTERS));
        return new Split(n / width, width);
    }

    /** Blocks of columns for {@code rows} rows. */
    LaunchShape columns(Split split, int rows) {
        if (split.height <= HEIGHT_IN_REGISTERS) {
            int columns = Math.min(split.width, THREADS);
            return LaunchShape.of(rows * (split.width / columns), columns);
        }
        int columns = split.height > 2048 ? 4 : split.height > INNER ? 8 : 16;
        int lanes = Math.min(split.height / 16, THREADS / columns);
        int turns = split.height + (split.height > INNER ? INNER : 0) + 16 * columns;
        int numbers = columns * (split.height + split.height / 16) + turns;
        return new LaunchShape(rows * (split.width / columns), 1, 1, columns, lanes, numbers * COMPLEX_BYTES);
    }

    /** Blocks of the second pass for {@code rows · height} rows, with room for {@code beside} more of each. */
    LaunchShape rows(Split split, int rows, int beside) {
        int lanes = Math.min(split.width / 16, THREADS);
        int together = Math.min(split.height, THREADS / lanes);
        int numbers = split.width + split.width / 16 + beside * split.width;
        return new LaunchShape(rows * (split.height / together), 1, 1, lanes, together, together * numbers * COMPLEX_BYTES);
    }

    /** How many of {@code rows} are taken at a time. */
    int group(int rows, long bytesOfRow) {
        return (int) Math.clamp(midBytes / bytesOfRow, 1, rows);
    }

    private DeviceMemory spectrum(ConvolutionTerms o, Split split, int taps) {
        DeviceMemory spectrum = launcher.scratch(2L * o.rows() * split.size());
        launcher.launch("long_convolution_pass_kernels", columns(split, o.rows()), o.kernel(), taps, o.taps(), o.back(), o.usedBackTaps(),
                o.backTaps(), spectrum, split.height, split.width);
        launcher.launch("long_convolution_pass_spectrum", rows(split, o.rows(), 0), spectrum, split.width, 1f / split.size());
        return spectrum;
    }

    /** What to do with the rows of a group that are convolved. */
    private interface Rows {
        void store(DeviceMemory mid, int first, int count);
    }

    /** Both passes of x [H, B] that end in mid. */
    private void convolve(ConvolutionTerms o, Split split, int taps, Rows target) {
        Extent x = o.x();
        int rows = x.channels() * x.batch();
        int group = group(rows, (long) split.size() * COMPLEX_BYTES);
        try (DeviceMemory spectrum = spectrum(o, split, taps); DeviceMemory mid = launcher.scratch(2L * group * split.size())) {
            for (int first = 0; first < rows; first += group) {
                int count = Math.min(group, rows - first);
                launcher.launch("long_convolution_pass_rows", columns(split, count), o.u(), o.inputGate(), mid, split.height, split.width,
                        first, x.batch(), x.channels(), 1, x.variates(), x.length());
                launcher.launch("long_convolution_pass_products", rows(split, count, 0), mid, spectrum, o.skip(), split.height,
                        split.width, first, x.batch(), x.channels(), 1, o.channelsPerRow(), false);
                target.store(mid, first, count);
            }
        }
    }

    /** y (+)= output gate · (convolution + skip). */
    void forward(ConvolutionTerms o, int n, DeviceMemory y, boolean accumulate) {
        Split split = split(n, 1);
        convolve(o, split, o.usedTaps(), (mid, first, count) -> launcher.launch("long_convolution_pass_store", columns(split, count), mid,
                o.outputGate(), y, split.height, split.width, first, o.x().length(), accumulate));
    }

    /** c [H, B, n] complex, head and tail. */
    void whole(ConvolutionTerms o, int n, DeviceMemory c) {
        Split split = split(n, 1);
        convolve(o, split, o.taps(), (mid, first, count) -> launcher.launch("long_convolution_pass_store_whole", columns(split, count),
                mid, c, split.height, split.width, first));
    }

    /** du (+)= ..., dGate += .... */
    void inputGradient(ConvolutionTerms o, int n, DeviceMemory dy, @Nullable DeviceMemory du, @Nullable DeviceMemory dGate,
            boolean accumulate) {
        Extent x = o.x();
        int channels = x.channels() / x.variates();
        Split split = split(n, channels > 1 ? 2 : 1);
        int pairs = x.variates() * x.batch();
        int group = group(pairs, (long) channels * split.size() * COMPLEX_BYTES);
        try (DeviceMemory spectrum = spectrum(o, split, o.usedTaps());
                DeviceMemory mid = launcher.scratch(2L * group * channels * split.size())) {
            for (int first = 0; first < pairs; first += group) {
                int count = Math.min(group, pairs - first);
                launcher.launch("long_convolution_pass_rows", columns(split, count * channels), dy, o.outputGate(), mid, split.height,
                        split.width, first, x.batch(), x.variates(), channels, x.channels(), x.length());
                launcher.launch("long_convolution_pass_products", rows(split, count, channels > 1 ? 1 : 0), mid, spectrum, o.skip(),
                        split.height, split.width, first, x.batch(), x.variates(), channels, o.channelsPerRow(), true);
                launcher.launch("long_convolution_pass_store_input_gradient", columns(split, count), mid, o.u(), o.inputGate(), du, dGate,
                        split.height, split.width, first, channels, x.length(), accumulate);
            }
        }
    }

    /** dk (+)= ..., and the same for the kernel of the future. */
    void kernelGradient(ConvolutionTerms o, int n, DeviceMemory dy, @Nullable DeviceMemory dk, @Nullable DeviceMemory dBack,
            boolean accumulate) {
        Extent x = o.x();
        Split split = split(n, 2);
        int rows = x.channels() * x.batch();
        int items = o.channelsPerRow() * x.batch();
        int group = group(rows, 2L * split.size() * COMPLEX_BYTES);
        long numbers = 2L * split.size();
        try (DeviceMemory sums = launcher.scratch(numbers * o.rows());
                DeviceMemory products = launcher.scratch(numbers * group);
                DeviceMemory dc = launcher.scratch(numbers * group)) {
            for (int first = 0; first < rows; first += group) {
                int count = Math.min(group, rows - first);
                launcher.launch("long_convolution_pass_rows", columns(split, count), o.u(), o.inputGate(), products, split.height,
                        split.width, first, x.batch(), x.channels(), 1, x.variates(), x.length());
                launcher.launch("long_convolution_pass_rows", columns(split, count), dy, o.outputGate(), dc, split.height, split.width,
                        first, x.batch(), x.channels(), 1, x.channels(), x.length());
                launcher.launch("long_convolution_pass_correlate", rows(split, count, 1), products, dc, split.width);
                int firstRow = first / items;
                int kernelRows = (first + count - 1) / items - firstRow + 1;
                int threads = (int) Math.min(ADD_THREADS, numbers);
                launcher.launch("long_convolution_pass_add",
                        LaunchShape.of((int) Launcher.ceilDiv(numbers, threads), threads).by(kernelRows), products, sums, first, count,
                        items, firstRow, numbers);
            }
            launcher.launch("long_convolution_pass_back", rows(split, o.rows(), 0), sums, split.width, 1f / split.size());
            launcher.launch("long_convolution_pass_store_kernel_gradient", columns(split, o.rows()), sums, dk, o.usedTaps(), o.taps(),
                    dBack, o.usedBackTaps(), o.backTaps(), split.height, split.width, accumulate);
        }
    }
}
