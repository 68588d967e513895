package io.longwave.kernel.simd;

import java.util.Arrays;

/**
 * Discrete Fourier transform of one size with bins in natural order. Sizes that have a {@link TransformPlan} run it and put the values in
 * order; others are a convolution with the chirp c[n] = exp(πi n²/N), X[k] = c̄[k] Σ_n (x c̄)[n] c[k − n] (Bluestein 1970), in a plan of at
 * least 2N − 1. Immutable; the caller brings an array of {@link #numbers()}.
 */
final class NaturalTransform {
    private final int size;
    private final TransformPlan plan;
    /** Bin of the value at each place; empty for a chirp. */
    private final int[] bins;
    private final float[] chirpRe;
    private final float[] chirpIm;
    /** Values of the chirp as a kernel, divided by the size of the plan. */
    private final float[] chirpValues;

    private NaturalTransform(int size, TransformPlan plan) {
        this.size = size;
        this.plan = plan;
        if (plan.size == size) {
            int[] order = plan.order();
            for (int p = 0; p < size; p++) {
                order[p] = (size - order[p]) % size; // the plan's exponent is +2πi
            }
            bins = order;
            chirpRe = new float[0];
            chirpIm = chirpRe;
            chirpValues = chirpRe;
            return;
        }
        bins = new int[0];
        chirpRe = new float[size];
        chirpIm = new float[size];
        chirpValues = new float[plan.numbers()];
        int im = plan.imaginary();
        for (int n = 0; n < size; n++) {
            double angle = Math.PI * ((long) n * n % (2L * size)) / size;
            chirpRe[n] = (float) Math.cos(angle);
            chirpIm[n] = (float) Math.sin(angle);
            int mirrored = n == 0 ? 0 : plan.size - n;
            chirpValues[n] = chirpRe[n];
            chirpValues[im + n] = chirpIm[n];
            chirpValues[mirrored] = chirpRe[n];
            chirpValues[im + mirrored] = chirpIm[n];
        }
        PlannedTransform.forward(plan, chirpValues);
        Spectra.scale(chirpValues, plan.size, im, 1f / plan.size, false);
    }

    static NaturalTransform of(int size, TransformPlans plans) {
        int planned = TransformPlan.sizeFor(size);
        if (planned != size) {
            if (size > TransformPlan.LARGEST / 2) {
                throw new IllegalArgumentException("rows: a transform of a size without a plan has at most " + TransformPlan.LARGEST / 2
                        + " numbers but was asked for " + size);
            }
            planned = TransformPlan.sizeFor(2 * size - 1);
        }
        return new NaturalTransform(size, plans.cyclic(planned));
    }

    /** Numbers of the array that {@link #run} needs. */
    int numbers() {
        return plan.numbers();
    }

    /**
     * X of x. With real and imaginary parts exchanged on both sides it is the inverse, N times too large.
     *
     * @param im may be empty for a real row
     * @param z scratch
     * @param count how many bins are wanted
     */
    void run(float[] re, float[] im, int at, float[] z, float[] outRe, float[] outIm, int to, int count, float scale) {
        boolean real = im.length == 0;
        int imaginary = plan.imaginary();
        if (bins.length > 0) {
            if (real) {
                PlannedTransform.forward(plan, re, at, z);
            } else {
                System.arraycopy(re, at, z, 0, size);
                System.arraycopy(im, at, z, imaginary, size);
                PlannedTransform.forward(plan, z);
            }
            for (int p = 0; p < size; p++) {
                int k = bins[p];
                if (k < count) {
                    outRe[to + k] = scale * z[p];
                    outIm[to + k] = scale * z[imaginary + p];
                }
            }
            return;
        }
        for (int n = 0; n < size; n++) {
            float x = re[at + n];
            float y = real ? 0 : im[at + n];
            z[n] = x * chirpRe[n] + y * chirpIm[n];
            z[imaginary + n] = y * chirpRe[n] - x * chirpIm[n];
        }
        Arrays.fill(z, size, plan.size, 0);
        Arrays.fill(z, imaginary + size, imaginary + plan.size, 0);
        PlannedTransform.forward(plan, z);
        Spectra.multiply(z, chirpValues, plan.size, imaginary, false, z);
        PlannedTransform.inverse(plan, z);
        for (int k = 0; k < count; k++) {
            outRe[to + k] = scale * (z[k] * chirpRe[k] + z[imaginary + k] * chirpIm[k]);
            outIm[to + k] = scale * (z[imaginary + k] * chirpRe[k] - z[k] * chirpIm[k]);
        }
    }
}
