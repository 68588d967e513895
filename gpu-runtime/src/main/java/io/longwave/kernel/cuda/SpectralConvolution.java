package io.longwave.kernel.cuda;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.CausalConvolution.Extent;

/** Convolutions by transforms that stay on the chip, {@code longconv.cu}; longer rows go to {@link LongRows}. Nothing is ever empty. */
final class SpectralConvolution {
    private static final int SETTLE_THREADS = 256;
    /** A piece of a stream up to this long goes sum by sum. */
    private static final int TICKS = 64;
    /** Blocks that take turns on a multiprocessor: enough that the last ones to end leave little of it idle. */
    private static final int BLOCKS_PER_MULTIPROCESSOR = 48;
    /** Where there are too few rows for that. */
    private static final int FEWEST_PER_MULTIPROCESSOR = 8;
    /** Rows, or halves, of so many numbers are convolved by twice as many blocks, which is faster on the cards it was measured on. */
    private static final int IN_MORE_BLOCKS = 2048;
    /** Rows of so many numbers are convolved as two halves, which is faster on the cards it was measured on. */
    private static final Set<Integer> IN_HALVES = Set.of(512, 4096, 8192);
    /** Rounds over a block's rows that make up for what it computes before the first. */
    private static final int LEAST_ROUNDS = 2;

    private final Launcher launcher;
    private final LongRows longRows;
    private final int largest;

    /**
     * @param largest transform to keep on the chip, a power of two; tests make it small
     * @param midBytes for what is between the passes over longer rows
     */
    SpectralConvolution(Launcher launcher, int largest, long midBytes) {
        this.launcher = launcher;
        this.largest = RowBlocks.requireLimit(largest);
        this.longRows = new LongRows(launcher, largest, midBytes);
    }

    private RowPlan plan(ConvolutionTerms o, int limit) {
        return o.back() == null ? RowPlan.causal(o.x().length(), o.usedTaps(), limit) : RowPlan.whole(o.x().length());
    }

    /** Blocks that share the items of each of {@code series}, {@code rows} of them at a time. */
    private int slices(int series, int items, int rows) {
        return slices(series, items, rows, BLOCKS_PER_MULTIPROCESSOR);
    }

    /** The same where {@code blocks} take turns on a multiprocessor. */
    private int slices(int series, int items, int rows, int blocks) {
        int rounds = Launcher.ceilDiv(items, rows);
        int wanted = Launcher.ceilDiv(launcher.properties().multiprocessors() * blocks, series);
        int least = Launcher.ceilDiv(launcher.properties().multiprocessors() * FEWEST_PER_MULTIPROCESSOR, series);
        int most = Math.max(Math.min(rounds, least), Launcher.ceilDiv(rounds, LEAST_ROUNDS));
        return Launcher.ceilDiv(rounds, Launcher.ceilDiv(rounds, Math.min(most, wanted)));
    }

    /** Spectra of all kernel rows, [R][n], of {@code taps} taps. */
    private DeviceMemory spectrum(ConvolutionTerms o, FixedRows rows, int taps) {
        DeviceMemory spectrum = launcher.scratch(2L * o.rows() * rows.n());
        launcher.launch(rows.kernel("long_convolution_spectrum"), rows.over(o.rows(), 1), o.kernel(), taps, o.taps(), o.back(),
                o.usedBackTaps(), o.backTaps(), o.halfWidth(), o.threshold(), spectrum, o.rows());
        return spectrum;
    }

    /** Spectra of both halves of all kernel rows, [R][n][2]. */
    private DeviceMemory spectrumOfHalves(ConvolutionTerms o, FixedRows half) {
        DeviceMemory spectrum = launcher.scratch(4L * o.rows() * half.n());
        launcher.launch("long_convolution_spectrum_halves_of_" + 2 * half.n(), half.over(o.rows(), 2), o.kernel(), o.usedTaps(), o.taps(),
                o.halfWidth(), o.threshold(), spectrum, o.rows());
        return spectrum;
    }

    /** y (+)= output gate · (convolution + skip). */
    void forward(ConvolutionTerms o, DeviceMemory y, boolean accumulate) {
        RowPlan plan = plan(o, largest);
        if (plan.n() > largest) {
            longRows.forward(o, plan.n(), y, accumulate);
            return;
        }
        Extent x = o.x();
        boolean inHalves = IN_HALVES.contains(plan.n()) && o.back() == null;
        FixedRows rows = FixedRows.of(inHalves ? plan.n() / 2 : plan.n());
        String kernel = inHalves ? "long_convolution_forward_halves_of_" + plan.n() : rows.kernel("long_convolution_forward");
        int items = x.batch() * plan.pieces();
        int each = inHalves ? 1 : rows.rows();
        int rowsOfThread = inHalves ? 2 : rows.rows();
        int along = rows.along(Launcher.ceilDiv(items, each));
        int blocks = rows.n() == IN_MORE_BLOCKS ? 2 * BLOCKS_PER_MULTIPROCESSOR : BLOCKS_PER_MULTIPROCESSOR;
        int slices = slices(x.channels(), items, along * each, blocks);
        try (DeviceMemory spectrum = inHalves ? spectrumOfHalves(o, rows) : spectrum(o, rows, o.usedTaps())) {
            launcher.launch(kernel, rows.shape(x.channels() * slices, rowsOfThread, along, 0), o.u(), o.inputGate(), spectrum, o.skip(),
                    o.outputGate(), y, x.variates(), x.batch(), x.length(), o.channelsPerRow(), plan.lead(), plan.piece(),
                    plan.pieces(), slices, accumulate);
        }
    }

    /** One piece of a stream; tail [H, B, K − 1]. */
    void proceed(ConvolutionTerms o, DeviceMemory tail, DeviceMemory y) {
        Extent x = o.x();
        int kept = Math.max(0, o.taps() - 1);
        int rows = x.channels() * x.batch();
        if (x.length() <= TICKS) {
            int threads = Math.min(SETTLE_THREADS, x.length() + kept);
            launcher.launch("long_convolution_tick", LaunchShape.of(rows, threads).shared(x.length() * Float.BYTES), o.u(), o.inputGate(),
                    o.kernel(), o.skip(), o.outputGate(), tail, y, x.variates(), x.batch(), x.length(), o.taps(), o.channelsPerRow());
            return;
        }
        int n = RowPlan.whole(Math.max(x.length(), o.taps())).n();
        try (DeviceMemory whole = launcher.scratch(2L * rows * n)) {
            if (n > largest) {
                longRows.whole(o, n, whole);
            } else {
                FixedRows fixed = FixedRows.of(n);
                int along = fixed.along(x.batch());
                int slices = slices(x.channels(), x.batch(), along);
                try (DeviceMemory spectrum = spectrum(o, fixed, o.taps())) {
                    launcher.launch(fixed.kernel("long_convolution_whole"), fixed.shape(x.channels() * slices, 1, along, 0), o.u(),
                            o.inputGate(), spectrum, o.skip(), whole, x.variates(), x.batch(), x.length(), o.channelsPerRow(), slices);
                }
            }
            launcher.launch("long_convolution_settle", LaunchShape.of(rows, SETTLE_THREADS), whole, o.outputGate(), tail, y, n, x.length(),
                    kept);
        }
    }

    /** du (+)= ..., dGate += .... */
    void inputGradient(ConvolutionTerms o, DeviceMemory dy, @Nullable DeviceMemory du, @Nullable DeviceMemory dGate, boolean accumulate) {
        Extent x = o.x();
        boolean summed = x.channels() > x.variates();
        int limit = summed ? largest / 2 : largest; // the sum over the channels of a series lies beside the row
        RowPlan plan = plan(o, limit);
        if (plan.n() > limit) {
            longRows.inputGradient(o, plan.n(), dy, du, dGate, accumulate);
            return;
        }
        FixedRows rows = FixedRows.of(plan.n());
        int items = x.batch() * plan.pieces();
        int along = rows.along(Launcher.ceilDiv(items, rows.rows()));
        int slices = slices(x.variates(), items, along * rows.rows());
        try (DeviceMemory spectrum = spectrum(o, rows, o.usedTaps())) {
            launcher.launch(rows.kernel("long_convolution_input_gradient"),
                    rows.shape(x.variates() * slices, rows.rows(), along, summed ? 1 : 0), dy, o.outputGate(), spectrum, o.skip(), o.u(),
                    o.inputGate(), du, dGate, x.variates(), x.channels(), x.batch(), x.length(), o.channelsPerRow(), plan.piece(),
                    plan.pieces(), slices, accumulate);
        }
    }

    /** dk (+)= ..., and the same for the kernel of the future. */
    void kernelGradient(ConvolutionTerms o, DeviceMemory dy, @Nullable DeviceMemory dk, @Nullable DeviceMemory dBack, boolean accumulate) {
        Extent x = o.x();
        int limit = largest / 2; // two spectra lie beside the row
        RowPlan plan = plan(o, limit);
        int n = plan.n();
        if (n > limit) {
            longRows.kernelGradient(o, n, dy, dk, dBack, accumulate);
            return;
        }
        FixedRows rows = FixedRows.of(n);
        int items = o.channelsPerRow() * x.batch() * plan.pieces();
        int share = Launcher.ceilDiv(items, slices(o.rows(), items, 1));
        int parts = Launcher.ceilDiv(items, share);
        try (DeviceMemory sums = launcher.scratch(2L * o.rows() * parts * n)) {
            launcher.launch(rows.kernel("long_convolution_kernel_sums"), rows.pairs(o.rows() * parts), o.u(), o.inputGate(), dy,
                    o.outputGate(), sums, o.rows(), x.variates(), x.batch(), x.length(), o.channelsPerRow(), plan.lead(), plan.piece(),
                    plan.pieces(), parts, share);
            launcher.launch(rows.kernel("long_convolution_kernel_gradient"), rows.over(o.rows(), 1), sums, parts, dk, o.usedTaps(),
                    o.taps(), dBack, o.usedBackTaps(), o.backTaps(), o.rows(), accumulate);
        }
    }
}
