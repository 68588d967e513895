package io.longwave.kernel.simd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Convolutions of single rows by transforms modulo x^N − i, with the arrays they need; for one thread. A row longer than N goes in pieces
 * of N, whose imaginary parts reach into the next one: overlap-add without padding. The spectrum of a kernel serves many rows. Fu et al.
 * 2023, arXiv:2302.06646; the right-angle convolution is that of Crandall and Fagin 1994.
 */
final class SpectralRows {
    private final TransformPlans plans;
    private TransformPlan plan;
    private float[] z = {};
    private float[] other = {};
    private float[] previous = {};
    private float[] spectrum = {};
    private float[] transposed = {};
    private float[] sum = {};
    private float[] staged = {};
    private float[] carry = {};
    private float[] out = {};
    private float[] spare = {};
    private float[] totals = {};
    private long call = -1;
    private int row = -1;
    private boolean hasTransposed;

    SpectralRows(TransformPlans plans) {
        this.plans = plans;
        this.plan = plans.rightAngle(TransformPlan.SMALLEST);
    }

    /**
     * N for rows of {@code length} and kernels of {@code taps}: the one with the least work, where a row may be cut in pieces not shorter
     * than the kernel.
     */
    static int transformSize(int length, int taps) {
        int whole = TransformPlan.sizeFor(length);
        int best = whole;
        double least = work(whole, length);
        for (int size = TransformPlan.sizeFor(taps); size < whole; size = TransformPlan.sizeFor(size + 1)) {
            double work = work(size, length);
            if (work < least) {
                least = work;
                best = size;
            }
        }
        return best;
    }

    /** In butterflies; above 4096 numbers a transform leaves the nearest cache, which costs about 40 % more. */
    private static double work(int size, int length) {
        long pieces = (length + size - 1L) / size;
        double perNumber = (size > 4096 ? 1.4 : 1) * (8 + Math.log(size) / Math.log(2));
        return pieces * size * (pieces > 1 ? perNumber + 2 : perNumber);
    }

    /** Sets N for what follows. */
    void use(int size) {
        if (plan.size != size) {
            call = -1;
            plan = plans.rightAngle(size);
        }
        z = atLeast(z, plan.numbers());
        staged = atLeast(staged, size);
        carry = atLeast(carry, size);
    }

    private static float[] atLeast(float[] array, int size) {
        return array.length >= size ? array : new float[size];
    }

    /**
     * Sets the kernel for what follows; what was made for the same call and row is used again. With {@code back}, the taps of the future, one
     * transform must hold a row.
     */
    void useKernel(long forCall, int forRow, float[] kernel, int taps, float @Nullable [] back, int backTaps) {
        if (call == forCall && row == forRow) {
            return;
        }
        call = forCall;
        row = forRow;
        hasTransposed = false;
        int at = forRow * taps;
        int backAt = forRow * backTaps;
        int n = plan.size;
        int im = plan.imaginary();
        spectrum = atLeast(spectrum, plan.numbers());
        stage(kernel, at, Math.min(taps, n), null, 0);
        PlannedTransform.forward(plan, staged, 0, spectrum);
        if (back != null) {
            // k[m] − i back[N − 1 − m]: what is multiplied by −i x^(N−1−m) = x^(−1−m) looks m + 1 ahead
            other = atLeast(other, plan.numbers());
            Arrays.fill(staged, 0, n, 0);
            for (int m = 0; m < Math.min(backTaps, n); m++) {
                staged[n - 1 - m] = back[backAt + m];
            }
            PlannedTransform.forward(plan, staged, 0, other);
            Spectra.subtractTurned(other, n, im, spectrum);
        }
        Spectra.scale(spectrum, n, im, 1f / n, false);
    }

    private void transposeKernel() {
        if (hasTransposed) {
            return;
        }
        hasTransposed = true;
        transposed = atLeast(transposed, plan.numbers());
        System.arraycopy(spectrum, 0, transposed, 0, plan.numbers());
        Spectra.scale(transposed, plan.size, plan.imaginary(), 1, true);
    }

    /** staged = x · gate, with zeros up to N. */
    private void stage(float[] x, int at, int count, float @Nullable [] gate, int gateAt) {
        if (gate == null) {
            System.arraycopy(x, at, staged, 0, count);
        } else {
            Rows.multiply(x, at, gate, gateAt, staged, 0, count);
        }
        Arrays.fill(staged, count, plan.size, 0);
    }

    /** The same as {@link #convolve}, number by number: for pieces of a few numbers. */
    float[] convolveDirectly(float[] kernel, int kernelAt, int taps, float[] u, int at, int length, float @Nullable [] gate, int gateAt) {
        out = atLeast(out, length + taps);
        Arrays.fill(out, 0, length + taps, 0);
        for (int t = 0; t < length; t++) {
            float x = gate == null ? u[at + t] : u[at + t] * gate[gateAt + t];
            Rows.addScaled(x, kernel, kernelAt, out, t, taps);
        }
        return out;
    }

    /** Convolves a row of N numbers straight from u to y. */
    void convolveWholeRow(float[] u, int at, float[] y, int to) {
        PlannedTransform.convolve(plan, u, at, spectrum, z, y, to);
    }

    /**
     * Σ_s k[s] x[t − s] with x = u · gate, for t &lt; count; count may pass the length of the row by what the kernel reaches.
     *
     * @return owned by this, valid until the next call
     */
    float[] convolve(float[] u, int at, int length, float @Nullable [] gate, int gateAt, int count) {
        int n = plan.size;
        out = atLeast(out, (Math.max(length, count) + 2 * n - 1) / n * n);
        if (count <= n && length <= n) {
            stage(u, at, length, gate, gateAt);
            PlannedTransform.convolve(plan, staged, 0, spectrum, z, out, 0);
            return out;
        }
        Arrays.fill(carry, 0, n, 0);
        int from = 0;
        for (; from < length; from += n) {
            stage(u, at + from, Math.min(n, length - from), gate, gateAt + from);
            PlannedTransform.convolve(plan, staged, 0, spectrum, z);
            Rows.add(z, 0, carry, 0, out, from, n);
            System.arraycopy(z, plan.imaginary(), carry, 0, n);
        }
        if (from < count) {
            System.arraycopy(carry, 0, out, from, n);
        }
        return out;
    }

    /**
     * Σ_s k[s] x[t + s] with x = u · gate, for t &lt; length.
     *
     * @return owned by this, valid until the next call
     */
    float[] correlate(float[] u, int at, int length, float @Nullable [] gate, int gateAt) {
        int n = plan.size;
        int pieces = (length + n - 1) / n;
        out = atLeast(out, pieces * n);
        transposeKernel();
        if (pieces == 1) {
            stage(u, at, length, gate, gateAt);
            PlannedTransform.convolve(plan, staged, 0, transposed, z, out, 0);
            return out;
        }
        Arrays.fill(carry, 0, n, 0);
        for (int from = (pieces - 1) * n; from >= 0; from -= n) {
            stage(u, at + from, Math.min(n, length - from), gate, gateAt + from);
            PlannedTransform.convolve(plan, staged, 0, transposed, z);
            Rows.add(z, 0, carry, 0, out, from, n); // x^(−m) = −i x^(N − m): what precedes the piece is in the imaginary part, negated
            Rows.scale(-1, z, plan.imaginary(), carry, 0, n);
        }
        return out;
    }

    /** Begins a gradient of the kernel. */
    void clearSum() {
        sum = atLeast(sum, plan.numbers());
        Arrays.fill(sum, 0, plan.numbers(), 0);
    }

    /** Adds what one row gives: Σ_t dc[t] x[t − s], with x = u · gate and dc = dy · dyGate, as values. */
    void addToSum(float[] u, int uAt, float @Nullable [] gate, float[] dy, int dyAt, float @Nullable [] dyGate, int length) {
        int n = plan.size;
        int im = plan.imaginary();
        other = atLeast(other, plan.numbers());
        boolean first = true;
        for (int from = 0; from < length; from += n) {
            int count = Math.min(n, length - from);
            stage(u, uAt + from, count, gate, uAt + from);
            PlannedTransform.forward(plan, staged, 0, other);
            if (length > n) {
                keepForNext(first);
                first = false;
            }
            stage(dy, dyAt + from, count, dyGate, dyAt + from);
            PlannedTransform.forward(plan, staged, 0, z);
            Spectra.addCorrelation(z, other, n, im, sum);
        }
    }

    /** other becomes U − i U', where U' are the values of the piece before: a lag into it is i times one past the end of this piece. */
    private void keepForNext(boolean first) {
        int n = plan.size;
        previous = atLeast(previous, plan.numbers());
        spare = atLeast(spare, plan.numbers());
        System.arraycopy(other, 0, spare, 0, plan.numbers());
        if (!first) {
            Spectra.subtractTurned(previous, n, plan.imaginary(), other);
        }
        float[] swap = previous;
        previous = spare;
        spare = swap;
    }

    void copySumTo(float[] target, int at) {
        System.arraycopy(sum, 0, target, at, plan.numbers());
    }

    /** Adds a sum of the same N. */
    void addToSum(float[] values, int at) {
        Rows.addScaled(1, values, at, sum, 0, plan.numbers());
    }

    /** Ends the gradient: adds it to {@code dk} and, where there is one, to {@code back}. */
    void addKernelGradient(float @Nullable [] dk, int at, int taps, float @Nullable [] back, int backAt, int backTaps) {
        int n = plan.size;
        int im = plan.imaginary();
        Spectra.scale(sum, n, im, 1f / n, false);
        PlannedTransform.inverse(plan, sum);
        if (dk != null) {
            Rows.addScaled(1, sum, 0, dk, at, taps);
        }
        if (back != null) {
            for (int m = 0; m < backTaps; m++) {
                back[backAt + m] -= sum[im + n - 1 - m];
            }
        }
    }

    /** Numbers that a sum takes. */
    int numbers() {
        return plan.numbers();
    }

    /** Room for the caller's own use, with unknown contents. */
    float[] totals(int size) {
        totals = atLeast(totals, size);
        return totals;
    }

    /** Σ x dc with x = u · gate and dc = dy · dyGate, in runs of at most N. */
    float dot(float[] u, int uAt, float @Nullable [] gate, float[] dy, int dyAt, float @Nullable [] dyGate, int length) {
        int n = plan.size;
        float total = 0;
        for (int from = 0; from < length; from += n) {
            int count = Math.min(n, length - from);
            stage(u, uAt + from, count, gate, uAt + from);
            if (dyGate != null) {
                Rows.multiply(staged, 0, dyGate, dyAt + from, staged, 0, count);
            }
            total += Rows.dot(staged, 0, dy, dyAt + from, count, z);
        }
        return total;
    }
}
