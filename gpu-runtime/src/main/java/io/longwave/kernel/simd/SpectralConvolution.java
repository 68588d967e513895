package io.longwave.kernel.simd;

import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.CausalConvolution.Extent;
import io.longwave.kernel.LongConvolution.Terms;
import io.longwave.tensor.Tensor;

/**
 * Convolutions of all rows by transforms. A task is a channel with up to eight rows of the batch; the cut depends on sizes alone, so results
 * do not depend on the number of threads. A thread makes the spectrum of a kernel once for the tasks in a row that need it.
 */
final class SpectralConvolution {
    private static final int ROWS_OF_TASK = 8;
    /** With fewer kernel rows than this the gradient of each is summed in parts, so that several threads have work. */
    private static final int MANY_KERNELS = 8;
    /** Pieces of a stream of this length or less go number by number: 0.05 ns a tap against 4 ns a tap for transforms there and back. */
    private static final int TICKS = 64;

    private final WorkPool pool;
    private final ThreadLocal<SpectralRows> rows;
    private final AtomicLong calls = new AtomicLong();

    SpectralConvolution(WorkPool pool, TransformPlans plans) {
        this.pool = pool;
        this.rows = ThreadLocal.withInitial(() -> new SpectralRows(plans));
    }

    /**
     * The arrays of {@link Terms}, and the sizes.
     *
     * @param size N of the transforms; 0 where there are none
     */
    record Operands(Extent x, int size, float[] u, float[] kernel, int taps, int perRow, float @Nullable [] back, int backTaps,
            float @Nullable [] skip, float @Nullable [] inputGate, float @Nullable [] outputGate) {

        static Operands of(Extent x, Terms terms) {
            int taps = Math.min(terms.kernel().dim(1), x.length());
            return of(x, terms, terms.back() == null ? SpectralRows.transformSize(x.length(), taps) : TransformPlan.sizeFor(x.length()));
        }

        /** Where the whole kernel matters, and not only the taps within the row. */
        static Operands forPiece(Extent x, Terms terms) {
            int taps = terms.kernel().dim(1);
            return of(x, terms, x.length() <= TICKS ? 0 : SpectralRows.transformSize(Math.max(x.length(), taps), taps));
        }

        private static Operands of(Extent x, Terms terms, int size) {
            int taps = terms.kernel().dim(1);
            Tensor back = terms.back();
            return new Operands(x, size, SimdTensor.of(terms.input()), SimdTensor.of(terms.kernel()), taps,
                    x.channelsPerRow(terms.kernel()), numbers(back), back == null ? 0 : back.dim(1), numbers(terms.skip()),
                    numbers(terms.inputGate()), numbers(terms.outputGate()));
        }

        private static float @Nullable [] numbers(@Nullable Tensor tensor) {
            return tensor == null ? null : SimdTensor.of(tensor);
        }

        /** Where row b of the series of channel j stands. */
        int in(int j, int b) {
            return (j % x.variates() * x.batch() + b) * x.length();
        }

        /** Where row b of channel j stands. */
        int out(int j, int b) {
            return (j * x.batch() + b) * x.length();
        }

        int usedTaps() {
            return Math.min(taps, x.length());
        }

        /** Taps of the future that reach anything. */
        int usedBackTaps() {
            return Math.min(backTaps, x.length() - 1);
        }
    }

    private SpectralRows rows(Operands o) {
        SpectralRows mine = rows.get();
        if (o.size > 0) {
            mine.use(o.size);
        }
        return mine;
    }

    /** What a task does with one row. */
    private interface Row {
        void visit(SpectralRows mine, int channel, int batch);
    }

    /** Visits the rows of channels 0 to count − 1. */
    private void forEachRow(Operands o, int count, Row row) {
        int batch = o.x.batch();
        int slices = (batch + ROWS_OF_TASK - 1) / ROWS_OF_TASK;
        pool.run(count * slices, task -> {
            SpectralRows mine = rows(o);
            int from = task % slices * ROWS_OF_TASK;
            for (int b = from; b < Math.min(batch, from + ROWS_OF_TASK); b++) {
                row.visit(mine, task / slices, b);
            }
        });
    }

    private static float[] convolve(Operands o, long call, SpectralRows mine, int j, int b, int count) {
        int in = o.in(j, b);
        int length = o.x.length();
        float[] c;
        if (o.size == 0) {
            c = mine.convolveDirectly(o.kernel, j / o.perRow * o.taps, o.taps, o.u, in, length, o.inputGate, in);
        } else {
            mine.useKernel(call, j / o.perRow, o.kernel, o.taps, o.back, o.backTaps);
            c = mine.convolve(o.u, in, length, o.inputGate, in, count);
        }
        if (o.skip != null) {
            if (o.inputGate == null) {
                Rows.addScaled(o.skip[j], o.u, in, c, 0, length);
            } else {
                Rows.addScaledProduct(o.skip[j], o.u, in, o.inputGate, in, c, 0, length);
            }
        }
        return c;
    }

    void forward(Operands o, float[] y, boolean accumulate) {
        long call = calls.getAndIncrement();
        int length = o.x.length();
        boolean bare = length == o.size && o.skip == null && o.inputGate == null && o.outputGate == null && !accumulate;
        forEachRow(o, o.x.channels(), (mine, j, b) -> {
            int out = o.out(j, b);
            if (bare) {
                mine.useKernel(call, j / o.perRow, o.kernel, o.taps, o.back, o.backTaps);
                mine.convolveWholeRow(o.u, o.in(j, b), y, out);
                return;
            }
            float[] c = convolve(o, call, mine, j, b, length);
            if (o.outputGate != null) {
                Rows.multiply(c, 0, o.outputGate, out, y, out, length);
            } else if (accumulate) {
                Rows.addScaled(1, c, 0, y, out, length);
            } else {
                System.arraycopy(c, 0, y, out, length);
            }
        });
    }

    /** One piece of a stream; tail [H, B, K − 1]. */
    void proceed(Operands o, float[] tail, float[] y) {
        long call = calls.getAndIncrement();
        int length = o.x.length();
        int kept = Math.max(0, o.taps - 1);
        forEachRow(o, o.x.channels(), (mine, j, b) -> {
            float[] c = convolve(o, call, mine, j, b, length + kept);
            int out = o.out(j, b);
            int at = (j * o.x.batch() + b) * kept;
            Rows.addScaled(1, tail, at, c, 0, kept);
            if (o.outputGate != null) {
                Rows.multiply(c, 0, o.outputGate, out, y, out, length);
            } else {
                System.arraycopy(c, 0, y, out, length);
            }
            System.arraycopy(c, length, tail, at, kept);
        });
    }

    /** dGate += dy c. */
    void outputGateGradient(Operands o, float[] dy, float[] gradient) {
        long call = calls.getAndIncrement();
        int length = o.x.length();
        forEachRow(o, o.x.channels(), (mine, j, b) -> {
            float[] c = convolve(o, call, mine, j, b, length);
            int out = o.out(j, b);
            Rows.addProduct(dy, out, c, 0, gradient, out, length);
        });
    }

    /** Gradients of u and of the input gate; {@code overwrite} sets du instead of adding to it. */
    void inputGradient(Operands o, float[] dy, float @Nullable [] du, float @Nullable [] gateGradient, boolean overwrite) {
        long call = calls.getAndIncrement();
        int length = o.x.length();
        int step = o.x.variates();
        if (step == o.x.channels()) {
            forEachRow(o, step, (mine, v, b) -> {
                float[] dx = correlate(o, call, mine, dy, v, b);
                spread(o, dx, 0, o.in(v, b), du, gateGradient, overwrite);
            });
            return;
        }
        int batch = o.x.batch();
        int slices = (batch + ROWS_OF_TASK - 1) / ROWS_OF_TASK;
        pool.run(step * slices, task -> {
            SpectralRows mine = rows(o);
            int v = task / slices;
            int from = task % slices * ROWS_OF_TASK;
            int to = Math.min(batch, from + ROWS_OF_TASK);
            float[] total = mine.totals((to - from) * length);
            for (int j = v; j < o.x.channels(); j += step) { // the channels outside, so that each kernel's spectrum is made once
                for (int b = from; b < to; b++) {
                    float[] dx = correlate(o, call, mine, dy, j, b);
                    if (j == v) {
                        System.arraycopy(dx, 0, total, (b - from) * length, length);
                    } else {
                        Rows.addScaled(1, dx, 0, total, (b - from) * length, length);
                    }
                }
            }
            for (int b = from; b < to; b++) {
                spread(o, total, (b - from) * length, o.in(v, b), du, gateGradient, overwrite);
            }
        });
    }

    private static float[] correlate(Operands o, long call, SpectralRows mine, float[] dy, int j, int b) {
        mine.useKernel(call, j / o.perRow, o.kernel, o.taps, o.back, o.backTaps);
        int out = o.out(j, b);
        int length = o.x.length();
        float[] dx = mine.correlate(dy, out, length, o.outputGate, out);
        if (o.skip != null) {
            if (o.outputGate == null) {
                Rows.addScaled(o.skip[j], dy, out, dx, 0, length);
            } else {
                Rows.addScaledProduct(o.skip[j], dy, out, o.outputGate, out, dx, 0, length);
            }
        }
        return dx;
    }

    /** du (+)= gate dx, gateGradient += u dx. */
    private static void spread(Operands o, float[] dx, int from, int in, float @Nullable [] du, float @Nullable [] gateGradient,
            boolean overwrite) {
        int length = o.x.length();
        if (gateGradient != null) {
            Rows.addProduct(o.u, in, dx, from, gateGradient, in, length);
        }
        if (du == null) {
            return;
        }
        if (overwrite) {
            System.arraycopy(dx, from, du, in, length);
        } else if (o.inputGate == null) {
            Rows.addScaled(1, dx, from, du, in, length);
        } else {
            Rows.addProduct(o.inputGate, in, dx, from, du, in, length);
        }
    }

    /** dk += ..., and the same for the kernel of the future. */
    void kernelGradient(Operands o, float[] dy, float @Nullable [] dk, float @Nullable [] dBack) {
        int kernels = o.x.channels() / o.perRow;
        int rowsOfKernel = o.perRow * o.x.batch();
        int parts = kernels >= MANY_KERNELS ? 1 : Math.clamp(rowsOfKernel / 4, 1, (MANY_KERNELS + kernels - 1) / kernels);
        if (parts == 1) {
            pool.run(kernels, row -> {
                SpectralRows mine = rows(o);
                sumRows(o, mine, dy, row, 0, rowsOfKernel);
                addKernelGradient(o, mine, row, dk, dBack);
            });
            return;
        }
        SpectralRows caller = rows(o);
        int numbers = caller.numbers();
        float[] sums = caller.totals(kernels * parts * numbers);
        pool.run(kernels * parts, task -> {
            SpectralRows mine = rows(o);
            int part = task % parts;
            sumRows(o, mine, dy, task / parts, (int) ((long) rowsOfKernel * part / parts),
                    (int) ((long) rowsOfKernel * (part + 1) / parts));
            mine.copySumTo(sums, task * numbers);
        });
        pool.run(kernels, row -> {
            SpectralRows mine = rows(o);
            mine.clearSum();
            for (int part = 0; part < parts; part++) {
                mine.addToSum(sums, (row * parts + part) * numbers);
            }
            addKernelGradient(o, mine, row, dk, dBack);
        });
    }

    private static void sumRows(Operands o, SpectralRows mine, float[] dy, int row, int from, int to) {
        mine.clearSum();
        for (int i = from; i < to; i++) {
            int j = row * o.perRow + i / o.x.batch();
            int b = i % o.x.batch();
            int in = o.in(j, b);
            int out = o.out(j, b);
            mine.addToSum(o.u, in, o.inputGate, dy, out, o.outputGate, o.x.length());
        }
    }

    private static void addKernelGradient(Operands o, SpectralRows mine, int row, float @Nullable [] dk, float @Nullable [] dBack) {
        mine.addKernelGradient(dk, row * o.taps, o.usedTaps(), dBack, row * o.backTaps, o.usedBackTaps());
    }

    /** dskip[j] += Σ dc x. */
    void skipGradient(Operands o, float[] dy, float[] gradient) {
        int length = o.x.length();
        pool.run(o.x.channels(), j -> {
            SpectralRows mine = rows(o);
            float sum = 0;
            for (int b = 0; b < o.x.batch(); b++) {
                sum += mine.dot(o.u, o.in(j, b), o.inputGate, dy, o.out(j, b), o.outputGate, length);
            }
            gradient[j] += sum;
        });
    }
}
