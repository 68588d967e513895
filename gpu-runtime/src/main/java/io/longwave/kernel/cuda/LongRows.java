package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.CausalConvolution.Extent;

/**
 * Convolutions by transforms that go through memory in three passes, {@code longconv_passes.cu} and {@code longconv_second_pass.cu}, for as
 * many rows at a time as there is room for between the passes. Few at a time, so that they stay in the second-level cache, is slower: a pass
 * over 16 MB ends too soon after it begins.
 */
final class LongRows {
    /** A column of this height is in the registers of one thread. */
    private static final int HEIGHT_IN_REGISTERS = 16;
    /** Two stages of 16. */
    private static final int INNER = 256;
    /** As many as leave each 80 registers with three blocks on a multiprocessor. */
    private static final int THREADS = 256;
    /** Several blocks with rows of this width share a multiprocessor. */
    private static final int WIDEST = 4096;
    private static final int TALLEST = 4096;
    /** Rows of one channel that a block takes one after the other, and blocks that there should be at least. */
    private static final int MOST_ROUNDS = 4;
    private static final int BLOCKS_PER_MULTIPROCESSOR = 48;
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

        /** Whether there are kernels for rows of this width. */
        boolean fixed() {
            return width >= FixedRows.SMALLEST;
        }
    }

    /**
     * Columns that are in registers while rows of the second pass do not become too wide, else of two stages; {@code beside} is 2 where
     * something lies beside the row in shared memory.
     */
    Split split(int n, int beside) {
        int widest = Math.min(largest / beside, WIDEST);
        int narrowest = Math.min(widest, widest < FixedRows.SMALLEST ? RowPlan.SMALLEST : FixedRows.SMALLEST);
        int height = n / HEIGHT_IN_REGISTERS <= widest ? HEIGHT_IN_REGISTERS : INNER;
        int width = Math.clamp(n / height, narrowest, widest);
        if (n / width > TALLEST) {
            throw new IllegalArgumentException("rows: transforms of at most " + TALLEST * widest + " numbers fit this device but " + n
                    + " were asked for");
        }
        return new Split(n / width, width);
    }

    /** Blocks of columns for {@code rows} rows: {@code column_transform.cuh} says what is in them. */
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

    /** Blocks of the kernels that transform rows of any width, with room for {@code beside} more of each. */
    LaunchShape rows(Split split, int rows, int beside) {
        int lanes = Math.min(split.width / 16, THREADS);
        int together = Math.min(split.height, THREADS / lanes);
        int numbers = split.width + split.width / 16 + beside * split.width;
        return new LaunchShape(rows * (split.height / together), 1, 1, lanes, together, together * numbers * COMPLEX_BYTES);
    }

    /**
     * Second pass over {@code rows} rows.
     *
     * @param name of the kernel without the width it is for
     * @param ofThread rows that a thread has at once
     * @param beside more of each row, in shared memory
     */
    private void secondPass(String name, Split split, int rows, int ofThread, int beside, @Nullable Object... arguments) {
        FixedRows fixed = FixedRows.of(split.width);
        int along = Math.min(fixed.along(split.height), split.height);
        launcher.launch(fixed.kernel(name), fixed.shape(rows * (split.height / along), ofThread, along, beside), arguments);
    }

    /** The spectrum of what the first pass left, in place, times a factor. */
    void spectrum(DeviceMemory mid, Split split, int rows, float factor) {
        if (split.fixed()) {
            secondPass("long_convolution_pass_spectrum", split, rows, 1, 0, mid, factor);
        } else {
            launcher.launch("long_convolution_pass_spectrum", rows(split, rows, 0), mid, split.width, factor);
        }
    }

    /** Rows first, first + 1, ... of [J, B], in place times the spectrum of their channel. */
    void products(DeviceMemory mid, DeviceMemory spectrum, @Nullable DeviceMemory skip, Split split, int first, int count, int batch,
            int channels, int channelsPerRow, boolean conjugated) {
        if (split.fixed()) {
            int rounds = rounds(split, count);
            secondPass("long_convolution_pass_products", split, Launcher.ceilDiv(count, rounds), 1, 0, mid, spectrum, skip, split.height,
                    first, count, rounds, batch, channelsPerRow, conjugated);
        } else {
            launcher.launch("long_convolution_pass_products", rows(split, count, 0), mid, spectrum, skip, split.height, split.width, first,
                    batch, channels, 1, channelsPerRow, conjugated);
        }
    }

    /** Rows that a block takes one after the other: as many as leave enough blocks. */
    private int rounds(Split split, int count) {
        long blocks = (long) count * split.size() / (THREADS * 16L);
        return (int) Math.clamp(blocks / (BLOCKS_PER_MULTIPROCESSOR * (long) launcher.properties().multiprocessors()), 1, MOST_ROUNDS);
    }

    /** How many of {@code rows} are taken at a time. */
    int group(int rows, long bytesOfRow) {
        return (int) Math.clamp(midBytes / bytesOfRow, 1, rows);
    }

    private DeviceMemory spectrum(ConvolutionTerms o, Split split, int taps) {
        DeviceMemory spectrum = launcher.scratch(2L * o.rows() * split.size());
        try (RegularTerms regular = new RegularTerms(launcher, o)) {
            launcher.launch("long_convolution_pass_kernels", columns(split, o.rows()), regular.terms().kernel(), taps, o.taps(),
                    regular.terms().back(), o.usedBackTaps(), o.backTaps(), spectrum, split.height, split.width);
        }
        spectrum(spectrum, split, o.rows(), 1f / split.size());
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
                products(mid, spectrum, o.skip(), split, first, count, x.batch(), x.channels(), o.channelsPerRow(), false);
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
                if (channels == 1) {
                    products(mid, spectrum, o.skip(), split, first, count, x.batch(), x.variates(), o.channelsPerRow(), true);
                } else if (split.fixed()) {
                    secondPass("long_convolution_pass_sums", split, count, 1, 1, mid, spectrum, o.skip(), split.height, first, x.batch(),
                            x.variates(), channels, o.channelsPerRow(), true);
                } else {
                    launcher.launch("long_convolution_pass_products", rows(split, count, 1), mid, spectrum, o.skip(), split.height,
                            split.width, first, x.batch(), x.variates(), channels, o.channelsPerRow(), true);
                }
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
                if (split.fixed()) {
                    secondPass("long_convolution_pass_correlate", split, count, 2, 0, products, dc);
                } else {
                    launcher.launch("long_convolution_pass_correlate", rows(split, count, 1), products, dc, split.width);
                }
                int firstRow = first / items;
                int kernelRows = (first + count - 1) / items - firstRow + 1;
                int threads = (int) Math.min(ADD_THREADS, numbers);
                launcher.launch("long_convolution_pass_add",
                        LaunchShape.of((int) Launcher.ceilDiv(numbers, threads), threads).by(kernelRows), products, sums, first, count,
                        items, firstRow, numbers);
            }
            if (split.fixed()) {
                secondPass("long_convolution_pass_back", split, o.rows(), 1, 0, sums, 1f / split.size());
            } else {
                launcher.launch("long_convolution_pass_back", rows(split, o.rows(), 0), sums, split.width, 1f / split.size());
            }
            launcher.launch("long_convolution_pass_store_kernel_gradient", columns(split, o.rows()), sums, dk, o.usedTaps(), o.taps(),
                    dBack, o.usedBackTaps(), o.backTaps(), split.height, split.width, accumulate);
        }
    }
}
