package io.longwave.kernel.simd;

/**
 * Runs the passes of a {@link TransformPlan}. A block is worked to its end before the next, so that blocks that fit a cache stay in it from
 * the way down to the values to the way back. Arrays z hold a transform: real parts from 0 on, imaginary parts from
 * {@link TransformPlan#imaginary()} on. Ways back are N times too large.
 */
final class PlannedTransform {
    private PlannedTransform() {}

    /** z = values of the real row x, N numbers from {@code from} on. */
    static void forward(TransformPlan plan, float[] x, int from, float[] z) {
        int part = splitReal(plan, x, from, z);
        int im = plan.imaginary();
        for (int block = 0; block < plan.radices[0]; block++) {
            forward(plan, 1, block, part, z, block * part, im + block * part);
        }
    }

    /** z = values of the complex row in z. */
    static void forward(TransformPlan plan, float[] z) {
        forward(plan, 0, 0, plan.size, z, 0, plan.imaginary());
    }

    /** z = the complex row that has the values z. */
    static void inverse(TransformPlan plan, float[] z) {
        inverse(plan, 0, 0, plan.size, z, 0, plan.imaginary());
    }

    /** y = the real parts of the row that has the values z, which are lost. */
    static void inverse(TransformPlan plan, float[] z, float[] y, int to) {
        int part = plan.size / plan.radices[0];
        int im = plan.imaginary();
        for (int block = 0; block < plan.radices[0]; block++) {
            inverse(plan, 1, block, part, z, block * part, im + block * part);
        }
        joinReal(plan, z, y, to);
    }

    /** z = the complex row that has the values of the real row x times those in k. */
    static void convolve(TransformPlan plan, float[] x, int from, float[] k, float[] z) {
        multiplyBlocks(plan, x, from, k, z);
        join(plan, 0, 0, plan.size / plan.radices[0], z, 0, plan.imaginary());
    }

    /** y = the real parts of it; z is scratch. */
    static void convolve(TransformPlan plan, float[] x, int from, float[] k, float[] z, float[] y, int to) {
        multiplyBlocks(plan, x, from, k, z);
        joinReal(plan, z, y, to);
    }

    private static void multiplyBlocks(TransformPlan plan, float[] x, int from, float[] k, float[] z) {
        int part = splitReal(plan, x, from, z);
        int im = plan.imaginary();
        for (int block = 0; block < plan.radices[0]; block++) {
            multiply(plan, 1, block, part, k, z, block * part, im + block * part);
        }
    }

    private static void forward(TransformPlan plan, int level, int block, int size, float[] z, int re, int im) {
        if (level == plan.radices.length || size <= TransformPlan.NEAR) {
            splitDown(plan, level, block, size, z, re, im);
            LeafPass.forward(z, re, im, size, plan.leafOf(block, size), plan.leafFactors, plan.twists);
            LanePass.open(z, re, im, size);
            LanePass.values(z, re, im, size);
            return;
        }
        int radix = plan.radices[level];
        int part = size / radix;
        split(plan, level, block, part, z, re, im);
        for (int p = 0; p < radix; p++) {
            forward(plan, level + 1, block * radix + p, part, z, re + p * part, im + p * part);
        }
    }

    private static void inverse(TransformPlan plan, int level, int block, int size, float[] z, int re, int im) {
        if (level == plan.radices.length || size <= TransformPlan.NEAR) {
            LanePass.fromValues(z, re, im, size);
            LanePass.close(z, re, im, size);
            LeafPass.inverse(z, re, im, size, plan.leafOf(block, size), plan.leafFactors, plan.twists);
            joinUp(plan, level, block, size, z, re, im);
            return;
        }
        int radix = plan.radices[level];
        int part = size / radix;
        for (int p = 0; p < radix; p++) {
            inverse(plan, level + 1, block * radix + p, part, z, re + p * part, im + p * part);
        }
        join(plan, level, block, part, z, re, im);
    }

    private static void multiply(TransformPlan plan, int level, int block, int size, float[] k, float[] z, int re, int im) {
        if (level == plan.radices.length || size <= TransformPlan.NEAR) {
            splitDown(plan, level, block, size, z, re, im);
            LeafPass.forward(z, re, im, size, plan.leafOf(block, size), plan.leafFactors, plan.twists);
            LanePass.open(z, re, im, size);
            LanePass.multiply(z, re, im, size, k);
            LanePass.close(z, re, im, size);
            LeafPass.inverse(z, re, im, size, plan.leafOf(block, size), plan.leafFactors, plan.twists);
            joinUp(plan, level, block, size, z, re, im);
            return;
        }
        int radix = plan.radices[level];
        int part = size / radix;
        split(plan, level, block, part, z, re, im);
        for (int p = 0; p < radix; p++) {
            multiply(plan, level + 1, block * radix + p, part, k, z, re + p * part, im + p * part);
        }
        join(plan, level, block, part, z, re, im);
    }

    /** All passes of a block down to leaves, one after the other. */
    private static void splitDown(TransformPlan plan, int level, int block, int size, float[] z, int re, int im) {
        int blocks = 1;
        for (int l = level; l < plan.radices.length; l++) {
            int radix = plan.radices[l];
            int part = size / (blocks * radix);
            for (int b = 0; b < blocks; b++) {
                split(plan, l, block * blocks + b, part, z, re + b * radix * part, im + b * radix * part);
            }
            blocks *= radix;
        }
    }

    /** All passes of a block back up from leaves. */
    private static void joinUp(TransformPlan plan, int level, int block, int size, float[] z, int re, int im) {
        int part = TransformPlan.LEAF;
        for (int l = plan.radices.length - 1; l >= level; l--) {
            int radix = plan.radices[l];
            int blocks = size / (part * radix);
            for (int b = 0; b < blocks; b++) {
                join(plan, l, block * blocks + b, part, z, re + b * radix * part, im + b * radix * part);
            }
            part *= radix;
        }
    }

    private static void split(TransformPlan plan, int level, int block, int part, float[] z, int re, int im) {
        float[] factors = plan.factors[level];
        int f = plan.factorsAt(level, block);
        switch (plan.radices[level]) {
            case 2 -> ForwardPasses.radix2(z, re, im, part, factors, f);
            case 3 -> ForwardPasses.radix3(z, re, im, part, factors, f);
            case 4 -> ForwardPasses.radix4(z, re, im, part, factors, f);
            default -> ForwardPasses.radix8(z, re, im, part, factors, f);
        }
    }

    private static void join(TransformPlan plan, int level, int block, int part, float[] z, int re, int im) {
        float[] factors = plan.factors[level];
        int f = plan.factorsAt(level, block);
        switch (plan.radices[level]) {
            case 2 -> InversePasses.radix2(z, re, im, part, factors, f);
            case 3 -> InversePasses.radix3(z, re, im, part, factors, f);
            case 4 -> InversePasses.radix4(z, re, im, part, factors, f);
            default -> InversePasses.radix8(z, re, im, part, factors, f);
        }
    }

    /** The first pass, over numbers without imaginary parts; returns the size of a part. */
    private static int splitReal(TransformPlan plan, float[] x, int from, float[] z) {
        int part = plan.size / plan.radices[0];
        int im = plan.imaginary();
        switch (plan.radices[0]) {
            case 3 -> RealPasses.split3(x, from, z, 0, im, part, plan.factors[0]);
            case 4 -> RealPasses.split4(x, from, z, 0, im, part, plan.factors[0]);
            default -> RealPasses.split8(x, from, z, 0, im, part, plan.factors[0]);
        }
        return part;
    }

    /** The last pass, where no imaginary parts are wanted. */
    private static void joinReal(TransformPlan plan, float[] z, float[] y, int to) {
        int part = plan.size / plan.radices[0];
        int im = plan.imaginary();
        switch (plan.radices[0]) {
            case 3 -> RealPasses.join3(z, 0, im, part, plan.factors[0], y, to);
            case 4 -> RealPasses.join4(z, 0, im, part, plan.factors[0], y, to);
            default -> RealPasses.join8(z, 0, im, part, plan.factors[0], y, to);
        }
    }
}
