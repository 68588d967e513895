package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.DiagonalScan;
import io.longwave.tensor.Tensor;

/** {@link DiagonalScan} by {@code diagonal_scan.cu}: a warp per row, or per chunk of a row where rows are too few to fill the card. */
record CudaDiagonalScan(Launcher launcher) implements DiagonalScan {
    private static final int WARP = 32;
    private static final int THREADS = 128;
    private static final int ROW_THREADS = 128;
    /** Chunks are whole multiples of what a warp loads at a time. */
    private static final int STRIDE = 128;
    private static final int WARPS_PER_MULTIPROCESSOR = 16;

    /** What of a scan belongs to its launches: rows [M, B] of L steps, cut in chunks. */
    private record Plan(long rows, int batch, int length, int chunk, int chunks) {

        LaunchShape shape() {
            return warps(rows * chunks);
        }
    }

    private static LaunchShape warps(long count) {
        int threads = (int) Math.min(THREADS, count * WARP);
        return LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(count * WARP, threads)), threads);
    }

    private Plan plan(Tensor rows) {
        int batch = rows.dim(1);
        int length = rows.dim(2);
        long count = (long) rows.dim(0) * batch;
        long wanted = (long) launcher.properties().multiprocessors() * WARPS_PER_MULTIPROCESSOR;
        if (2 * count > wanted || length <= STRIDE) {
            return new Plan(count, batch, length, length, 1);
        }
        int tiles = Launcher.ceilDiv(length, STRIDE);
        int chunk = STRIDE * (int) Launcher.ceilDiv((long) tiles, Math.min(tiles, Launcher.ceilDiv(wanted, count)));
        return new Plan(count, batch, length, chunk, Launcher.ceilDiv(length, chunk));
    }

    @Override
    public void forward(Tensor a, Tensor u, @Nullable Tensor initial, Tensor x, @Nullable Tensor last) {
        forward(a, null, u, null, initial, null, x, null, last, null);
    }

    @Override
    public void forward(Complex a, Complex u, @Nullable Complex initial, Complex x, @Nullable Complex last) {
        forward(a.re(), a.im(), u.re(), u.im(), DiagonalScan.re(initial), DiagonalScan.im(initial), x.re(), x.im(), DiagonalScan.re(last),
                DiagonalScan.im(last));
    }

    private void forward(Tensor aRe, @Nullable Tensor aIm, Tensor uRe, @Nullable Tensor uIm, @Nullable Tensor initialRe,
            @Nullable Tensor initialIm, Tensor xRe, @Nullable Tensor xIm, @Nullable Tensor lastRe, @Nullable Tensor lastIm) {
        DiagonalScan.check(aRe, uRe, xRe, initialRe, lastRe);
        if (uRe.size() == 0) {
            return;
        }
        Plan plan = plan(uRe);
        String kernel = aIm == null ? "diagonal_scan_forward_real" : "diagonal_scan_forward_complex";
        if (plan.chunks == 1) {
            launcher.launch(kernel, plan.shape(), aRe, aIm, uRe, uIm, initialRe, initialIm, xRe, xIm, lastRe, lastIm, plan.rows, plan.batch,
                    plan.length, plan.chunk, plan.chunks);
            return;
        }
        try (DeviceMemory startRe = launcher.scratch(plan.rows * plan.chunks);
                @Nullable
                DeviceMemory startIm = aIm == null ? null : launcher.scratch(plan.rows * plan.chunks)) {
            starts(plan, aRe, aIm, uRe, uIm, initialRe, initialIm, startRe, startIm, false);
            launcher.launch(kernel, plan.shape(), aRe, aIm, uRe, uIm, startRe, startIm, xRe, xIm, lastRe, lastIm, plan.rows, plan.batch,
                    plan.length, plan.chunk, plan.chunks);
        }
    }

    /** The states that chunks start from. */
    private void starts(Plan plan, Tensor aRe, @Nullable Tensor aIm, Tensor uRe, @Nullable Tensor uIm, @Nullable Tensor initialRe,
            @Nullable Tensor initialIm, DeviceMemory startRe, @Nullable DeviceMemory startIm, boolean reversed) {
        launcher.launch(aIm == null ? "diagonal_scan_ends_real" : "diagonal_scan_ends_complex", plan.shape(), aRe, aIm, uRe, uIm, startRe,
                startIm, plan.rows, plan.batch, plan.length, plan.chunk, plan.chunks, reversed);
        int threads = (int) Math.min(ROW_THREADS, plan.rows);
        launcher.launch("diagonal_scan_starts", LaunchShape.of((int) Launcher.ceilDiv(plan.rows, threads), threads), aRe, aIm, initialRe,
                initialIm, startRe, startIm, plan.rows, plan.batch, plan.chunk, plan.chunks, reversed);
    }

    @Override
    public void backward(Tensor a, Tensor x, @Nullable Tensor initial, Tensor gradient, Tensor aGradient, Tensor uGradient,
            boolean accumulate, @Nullable Tensor initialGradient) {
        DiagonalScan.check(a, x, gradient, initial, initialGradient);
        DiagonalScan.check(aGradient, x, uGradient, null, null);
        backward(new Tensor[]{a, x, initial, gradient, aGradient, uGradient, initialGradient}, new Tensor[7], accumulate);
    }

    @Override
    public void backward(Complex a, Complex x, @Nullable Complex initial, Complex gradient, Complex aGradient, Complex uGradient,
            boolean accumulate, @Nullable Complex initialGradient) {
        DiagonalScan.check(a.re(), x.re(), gradient.re(), DiagonalScan.re(initial), DiagonalScan.re(initialGradient));
        DiagonalScan.check(aGradient.re(), x.re(), uGradient.re(), null, null);
        backward(
                new Tensor[]{a.re(), x.re(), DiagonalScan.re(initial), gradient.re(), aGradient.re(), uGradient.re(),
                        DiagonalScan.re(initialGradient)},
                new Tensor[]{a.im(), x.im(), DiagonalScan.im(initial), gradient.im(), aGradient.im(), uGradient.im(),
                        DiagonalScan.im(initialGradient)},
                accumulate);
    }

    /** Parts in the order a, x, initial, dx, da, du, dinitial. */
    private void backward(@Nullable Tensor[] re, @Nullable Tensor[] im, boolean accumulate) {
        Tensor aRe = present(re[0]);
        Tensor xRe = present(re[1]);
        if (xRe.size() == 0) {
            return;
        }
        boolean complex = im[0] != null;
        Plan plan = plan(xRe);
        long jobs = plan.rows * plan.chunks;
        try (DeviceMemory partialRe = launcher.scratch(jobs);
                @Nullable
                DeviceMemory partialIm = complex ? launcher.scratch(jobs) : null;
                @Nullable
                DeviceMemory startRe = plan.chunks == 1 ? null : launcher.scratch(jobs);
                @Nullable
                DeviceMemory startIm = plan.chunks == 1 || !complex ? null : launcher.scratch(jobs)) {
            if (startRe != null) {
                starts(plan, aRe, im[0], present(re[3]), im[3], null, null, startRe, startIm, true);
            }
            launcher.launch(complex ? "diagonal_scan_backward_complex" : "diagonal_scan_backward_real", plan.shape(), re[0], im[0], re[1],
                    im[1], re[2], im[2], re[3], im[3], startRe, startIm, re[5], im[5], partialRe, partialIm, re[6], im[6], plan.rows,
                    plan.batch, plan.length, plan.chunk, plan.chunks, accumulate);
            long perMode = (long) plan.batch * plan.chunks;
            launcher.launch("diagonal_scan_add_rows", warps(aRe.size()), partialRe, re[4], aRe.size(), perMode);
            if (partialIm != null) {
                launcher.launch("diagonal_scan_add_rows", warps(aRe.size()), partialIm, im[4], aRe.size(), perMode);
            }
        }
    }

    private static Tensor present(@Nullable Tensor tensor) {
        return java.util.Objects.requireNonNull(tensor);
    }
}
