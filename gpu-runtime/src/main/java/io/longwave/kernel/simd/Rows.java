package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over rows. A row of a companion model has 64 numbers, so few that the loops which the JIT puts before and behind its vector loop cost
 * more than the sum: whole vectors here, and a scalar tail.
 */
final class Rows {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = LANES.length();
    private static final int PAIR = 2 * WIDTH;

    private Rows() {}

    /** y = factor x. */
    static void scale(float factor, float[] x, int xAt, float[] y, int yAt, int n) {
        FloatVector f = FloatVector.broadcast(LANES, factor);
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            f.mul(FloatVector.fromArray(LANES, x, xAt + i)).intoArray(y, yAt + i);
        }
        for (int i = bound; i < n; i++) {
            y[yAt + i] = factor * x[xAt + i];
        }
    }

    /** y += factor x. */
    static void addScaled(float factor, float[] x, int xAt, float[] y, int yAt, int n) {
        FloatVector f = FloatVector.broadcast(LANES, factor);
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            f.fma(FloatVector.fromArray(LANES, x, xAt + i), FloatVector.fromArray(LANES, y, yAt + i)).intoArray(y, yAt + i);
        }
        for (int i = bound; i < n; i++) {
            y[yAt + i] = Math.fma(factor, x[xAt + i], y[yAt + i]);
        }
    }

    /** z = x y. */
    static void multiply(float[] x, int xAt, float[] y, int yAt, float[] z, int zAt, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector.fromArray(LANES, x, xAt + i).mul(FloatVector.fromArray(LANES, y, yAt + i)).intoArray(z, zAt + i);
        }
        for (int i = bound; i < n; i++) {
            z[zAt + i] = x[xAt + i] * y[yAt + i];
        }
    }

    /** z += x y. */
    static void addProduct(float[] x, int xAt, float[] y, int yAt, float[] z, int zAt, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector.fromArray(LANES, x, xAt + i).fma(FloatVector.fromArray(LANES, y, yAt + i), FloatVector.fromArray(LANES, z, zAt + i))
                    .intoArray(z, zAt + i);
        }
        for (int i = bound; i < n; i++) {
            z[zAt + i] = Math.fma(x[xAt + i], y[yAt + i], z[zAt + i]);
        }
    }

    /** z += factor x y. */
    static void addScaledProduct(float factor, float[] x, int xAt, float[] y, int yAt, float[] z, int zAt, int n) {
        FloatVector f = FloatVector.broadcast(LANES, factor);
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector.fromArray(LANES, x, xAt + i).mul(f).fma(FloatVector.fromArray(LANES, y, yAt + i),
                    FloatVector.fromArray(LANES, z, zAt + i)).intoArray(z, zAt + i);
        }
        for (int i = bound; i < n; i++) {
            z[zAt + i] = Math.fma(factor * x[xAt + i], y[yAt + i], z[zAt + i]);
        }
    }

    /** z = x + y. */
    static void add(float[] x, int xAt, float[] y, int yAt, float[] z, int zAt, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector.fromArray(LANES, x, xAt + i).add(FloatVector.fromArray(LANES, y, yAt + i)).intoArray(z, zAt + i);
        }
        for (int i = bound; i < n; i++) {
            z[zAt + i] = x[xAt + i] + y[yAt + i];
        }
    }

    /**
     * Σ x y. Two chains of lanes, added lane by lane, then the lanes in a fixed order.
     *
     * @param lanes scratch of {@link #WIDTH} numbers
     */
    static float dot(float[] x, int xAt, float[] y, int yAt, int n, float[] lanes) {
        FloatVector s0 = FloatVector.zero(LANES);
        FloatVector s1 = FloatVector.zero(LANES);
        int i = 0;
        for (; i + PAIR <= n; i += PAIR) {
            s0 = FloatVector.fromArray(LANES, x, xAt + i).fma(FloatVector.fromArray(LANES, y, yAt + i), s0);
            s1 = FloatVector.fromArray(LANES, x, xAt + i + WIDTH).fma(FloatVector.fromArray(LANES, y, yAt + i + WIDTH), s1);
        }
        s0.add(s1).intoArray(lanes, 0);
        float sum = sumOfLanes(lanes, 0);
        for (; i < n; i++) {
            sum = Math.fma(x[xAt + i], y[yAt + i], sum);
        }
        return sum;
    }

    /**
     * Σ x, four chains of lanes, then the lanes in a fixed order.
     *
     * @param lanes scratch of {@link #WIDTH} numbers
     */
    static float sum(float[] x, int at, int n, float[] lanes) {
        FloatVector s0 = FloatVector.zero(LANES);
        FloatVector s1 = FloatVector.zero(LANES);
        FloatVector s2 = FloatVector.zero(LANES);
        FloatVector s3 = FloatVector.zero(LANES);
        int i = 0;
        for (; i + 2 * PAIR <= n; i += 2 * PAIR) {
            s0 = s0.add(FloatVector.fromArray(LANES, x, at + i));
            s1 = s1.add(FloatVector.fromArray(LANES, x, at + i + WIDTH));
            s2 = s2.add(FloatVector.fromArray(LANES, x, at + i + 2 * WIDTH));
            s3 = s3.add(FloatVector.fromArray(LANES, x, at + i + 3 * WIDTH));
        }
        s0.add(s1).add(s2.add(s3)).intoArray(lanes, 0);
        float sum = sumOfLanes(lanes, 0);
        for (; i < n; i++) {
            sum += x[at + i];
        }
        return sum;
    }

    /** Fixed tree: even and odd lanes, then the two. */
    static float sumOfLanes(float[] lanes, int at) {
        float s0 = 0;
        float s1 = 0;
        for (int l = 0; l < WIDTH; l += 2) {
            s0 += lanes[at + l];
            s1 += lanes[at + l + 1];
        }
        return s0 + s1;
    }
}
