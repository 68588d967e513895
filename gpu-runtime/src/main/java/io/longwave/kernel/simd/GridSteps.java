package io.longwave.kernel.simd;

import io.longwave.kernel.GridScan.Discretization;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops over the modes at one position of a grid scan. Lanes are independent of each other, so their order does not matter to a result; only
 * add, mul, fma and an exponential made of them. Coefficients of a mode stand as Ā, Ā′, φ, dφ/dA of the equation of h1, then of that of h2;
 * parameters as A, A′, 1/A of each; states as h1, h2.
 */
final class GridSteps {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    static final int EQUATION = 4 * WIDTH;
    static final int COEFFICIENTS = 2 * EQUATION;
    static final int PARAMETERS = 3 * WIDTH;
    private static final int STATE = 2 * WIDTH;
    private static final int SHARED = 4 * WIDTH;
    /** 1.5 · 2^23: adding it rounds to whole numbers in the low bits. */
    private static final float ROUND = 12582912f;
    private static final float LOG2_E = 1.442695f;
    private static final float LN_HIGH = -0.693359375f;
    private static final float LN_LOW = 2.12194440e-4f;
    private static final int ONE_BITS = 0x3f800000;
    /** e^-60 is lost next to anything it is added to, and nothing smaller may appear: subnormal numbers are slow. Compared and
     * blended, since max has to mind NaN and −0 and takes five instructions. */
    private static final float LEAST = -60f;
    /** (e^r − 1 − r)/r² on |r| ≤ ln 2 / 2, fitted so that e^r − 1 has a relative error of 2e-8. */
    private static final float Q1 = 0.16666542f;
    private static final float Q2 = 0.041666277f;
    private static final float Q3 = 0.008366743f;
    private static final float Q4 = 0.0013946717f;

    private GridSteps() {}

    /**
     * Coefficients of one equation at one position.
     *
     * @param steps Δ in lanes at {@code stepAt}; not read where there is no discretization
     * @param slopes whether dφ/dA is wanted
     */
    static void discretize(Discretization discretization, boolean slopes, float[] steps, int stepAt, float[] parameters, int parameterAt,
            float[] coefficients, int coefficientAt, int n) {
        switch (discretization) {
            case NONE -> discrete(parameters, parameterAt, coefficients, coefficientAt, n);
            case ZERO_ORDER_HOLD -> {
                if (slopes) {
                    holdWithSlopes(steps, stepAt, parameters, parameterAt, coefficients, coefficientAt, n);
                } else {
                    hold(steps, stepAt, parameters, parameterAt, coefficients, coefficientAt, n);
                }
            }
            case EXPONENTIAL -> {
                holdWithSlopes(steps, stepAt, parameters, parameterAt, coefficients, coefficientAt, n);
                exponentials(steps, stepAt, parameters, parameterAt, coefficients, coefficientAt, n);
            }
            case EULER -> {
                hold(steps, stepAt, parameters, parameterAt, coefficients, coefficientAt, n);
                euler(steps, stepAt, parameters, parameterAt, coefficients, coefficientAt, n);
            }
        }
    }

    private static void discrete(float[] parameters, int parameterAt, float[] coefficients, int coefficientAt, int n) {
        for (int k = 0; k < n; k++) {
            int p = parameterAt + k * 2 * PARAMETERS;
            int c = coefficientAt + k * COEFFICIENTS;
            FloatVector.fromArray(LANES, parameters, p).intoArray(coefficients, c);
            FloatVector.fromArray(LANES, parameters, p + WIDTH).intoArray(coefficients, c + WIDTH);
            FloatVector.broadcast(LANES, 1f).intoArray(coefficients, c + 2 * WIDTH);
        }
    }

    private static void hold(float[] steps, int stepAt, float[] parameters, int parameterAt, float[] coefficients, int coefficientAt,
            int n) {
        FloatVector delta = FloatVector.fromArray(LANES, steps, stepAt);
        for (int k = 0; k < n; k++) {
            int p = parameterAt + k * 2 * PARAMETERS;
            int c = coefficientAt + k * COEFFICIENTS;
            // e^z = 2^m (1 + w) and e^z − 1 = 2^m w + (2^m − 1), w = e^r − 1: the same polynomial, no cancellation near zero
            FloatVector z = delta.mul(FloatVector.fromArray(LANES, parameters, p));
            z = z.blend(LEAST, z.compare(VectorOperators.LT, LEAST));
            FloatVector shifted = z.mul(LOG2_E).add(ROUND);
            FloatVector m = shifted.sub(ROUND);
            FloatVector r = m.fma(FloatVector.broadcast(LANES, LN_LOW), m.fma(FloatVector.broadcast(LANES, LN_HIGH), z));
            FloatVector q = r.fma(FloatVector.broadcast(LANES, Q4), FloatVector.broadcast(LANES, Q3));
            q = q.fma(r, FloatVector.broadcast(LANES, Q2));
            q = q.fma(r, FloatVector.broadcast(LANES, Q1));
            q = q.fma(r, FloatVector.broadcast(LANES, 0.5f));
            FloatVector w = q.fma(r.mul(r), r);
            FloatVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE_BITS).reinterpretAsFloats();
            power.fma(w, power).intoArray(coefficients, c);
            FloatVector phi = power.fma(w, power.sub(1f)).mul(FloatVector.fromArray(LANES, parameters, p + 2 * WIDTH));
            phi.mul(FloatVector.fromArray(LANES, parameters, p + WIDTH)).intoArray(coefficients, c + WIDTH);
            phi.intoArray(coefficients, c + 2 * WIDTH);
        }
    }

    private static void holdWithSlopes(float[] steps, int stepAt, float[] parameters, int parameterAt, float[] coefficients,
            int coefficientAt,
            int n) {
        FloatVector delta = FloatVector.fromArray(LANES, steps, stepAt);
        FloatVector square = delta.mul(delta);
        for (int k = 0; k < n; k++) {
            int p = parameterAt + k * 2 * PARAMETERS;
            int c = coefficientAt + k * COEFFICIENTS;
            FloatVector z = delta.mul(FloatVector.fromArray(LANES, parameters, p));
            z = z.blend(LEAST, z.compare(VectorOperators.LT, LEAST));
            FloatVector shifted = z.mul(LOG2_E).add(ROUND);
            FloatVector m = shifted.sub(ROUND);
            FloatVector r = m.fma(FloatVector.broadcast(LANES, LN_LOW), m.fma(FloatVector.broadcast(LANES, LN_HIGH), z));
            FloatVector q = r.fma(FloatVector.broadcast(LANES, Q4), FloatVector.broadcast(LANES, Q3));
            q = q.fma(r, FloatVector.broadcast(LANES, Q2));
            q = q.fma(r, FloatVector.broadcast(LANES, Q1));
            q = q.fma(r, FloatVector.broadcast(LANES, 0.5f));
            FloatVector w = q.fma(r.mul(r), r);
            FloatVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE_BITS).reinterpretAsFloats();
            FloatVector own = power.fma(w, power);
            own.intoArray(coefficients, c);
            FloatVector inverse = FloatVector.fromArray(LANES, parameters, p + 2 * WIDTH);
            FloatVector phi = power.fma(w, power.sub(1f)).mul(inverse);
            phi.mul(FloatVector.fromArray(LANES, parameters, p + WIDTH)).intoArray(coefficients, c + WIDTH);
            phi.intoArray(coefficients, c + 2 * WIDTH);
            // dφ/dA = (ΔĀ − φ)/A; where m = 0 that cancels, but with e^z − 1 = z + z² q it is Δ² (1 + (z − 1) q)
            FloatVector far = delta.mul(own).sub(phi).mul(inverse);
            FloatVector near = r.sub(1f).fma(q, FloatVector.broadcast(LANES, 1f)).mul(square);
            far.blend(near, m.compare(VectorOperators.EQ, 0f)).intoArray(coefficients, c + 3 * WIDTH);
        }
    }

    /** Ā′ = exp(ΔA′). */
    private static void exponentials(float[] steps, int stepAt, float[] parameters, int parameterAt, float[] coefficients,
            int coefficientAt,
            int n) {
        FloatVector delta = FloatVector.fromArray(LANES, steps, stepAt);
        for (int k = 0; k < n; k++) {
            FloatVector z = delta.mul(FloatVector.fromArray(LANES, parameters, parameterAt + k * 2 * PARAMETERS + WIDTH));
            z = z.blend(LEAST, z.compare(VectorOperators.LT, LEAST));
            FloatVector shifted = z.mul(LOG2_E).add(ROUND);
            FloatVector m = shifted.sub(ROUND);
            FloatVector r = m.fma(FloatVector.broadcast(LANES, LN_LOW), m.fma(FloatVector.broadcast(LANES, LN_HIGH), z));
            FloatVector q = r.fma(FloatVector.broadcast(LANES, Q4), FloatVector.broadcast(LANES, Q3));
            q = q.fma(r, FloatVector.broadcast(LANES, Q2));
            q = q.fma(r, FloatVector.broadcast(LANES, Q1));
            q = q.fma(r, FloatVector.broadcast(LANES, 0.5f));
            FloatVector w = q.fma(r.mul(r), r);
            FloatVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE_BITS).reinterpretAsFloats();
            power.fma(w, power).intoArray(coefficients, coefficientAt + k * COEFFICIENTS + WIDTH);
        }
    }

    /** Ā′ = ΔA′ and Δ in the place of φ. */
    private static void euler(float[] steps, int stepAt, float[] parameters, int parameterAt, float[] coefficients, int coefficientAt,
            int n) {
        FloatVector delta = FloatVector.fromArray(LANES, steps, stepAt);
        for (int k = 0; k < n; k++) {
            int c = coefficientAt + k * COEFFICIENTS;
            delta.mul(FloatVector.fromArray(LANES, parameters, parameterAt + k * 2 * PARAMETERS + WIDTH)).intoArray(coefficients,
                    c + WIDTH);
            delta.intoArray(coefficients, c + 2 * WIDTH);
        }
    }

    /**
     * One position: h1 from the column before, h2 from the variate before, and y.
     *
     * @param shared B1, C1, B2, C2 of each mode at {@code sharedAt}
     * @param previous,up,current places of the states of (v, t−1), (v−1, t) and (v, t); current is neither of the others
     * @param skip D in lanes
     */
    static void advance(float[] coefficients, float[] shared, int sharedAt, float[] x, int xAt, float[] skip, float[] states, int previous,
            int up,
            int current, float[] y, int n) {
        FloatVector input = FloatVector.fromArray(LANES, x, xAt);
        FloatVector sum = input.mul(FloatVector.fromArray(LANES, skip, 0));
        for (int k = 0; k < n; k++) {
            int c = k * COEFFICIENTS;
            int s = k * STATE;
            int b = sharedAt + k * SHARED;
            FloatVector h1 = FloatVector.fromArray(LANES, coefficients, c + 2 * WIDTH).mul(input)
                    .mul(FloatVector.fromArray(LANES, shared, b));
            h1 = FloatVector.fromArray(LANES, coefficients, c + WIDTH).fma(FloatVector.fromArray(LANES, states, previous + s + WIDTH), h1);
            h1 = FloatVector.fromArray(LANES, coefficients, c).fma(FloatVector.fromArray(LANES, states, previous + s), h1);
            h1.intoArray(states, current + s);
            FloatVector h2 = FloatVector.fromArray(LANES, coefficients, c + EQUATION + 2 * WIDTH).mul(input)
                    .mul(FloatVector.fromArray(LANES, shared, b + 2 * WIDTH));
            h2 = FloatVector.fromArray(LANES, coefficients, c + EQUATION + WIDTH).fma(FloatVector.fromArray(LANES, states, up + s), h2);
            h2 = FloatVector.fromArray(LANES, coefficients, c + EQUATION).fma(FloatVector.fromArray(LANES, states, up + s + WIDTH), h2);
            h2.intoArray(states, current + s + WIDTH);
            sum = h1.fma(FloatVector.fromArray(LANES, shared, b + WIDTH), sum);
            sum = h2.fma(FloatVector.fromArray(LANES, shared, b + 3 * WIDTH), sum);
        }
        sum.intoArray(y, xAt);
    }

    /** The same with a companion matrix in the first equation. */
    static void advanceCompanion(float[] coefficients, float[] shared, int sharedAt, float[] x, int xAt, float[] skip, float[] states,
            int previous,
            int up, int current, float[] y, int n) {
        FloatVector input = FloatVector.fromArray(LANES, x, xAt);
        FloatVector sum = input.mul(FloatVector.fromArray(LANES, skip, 0));
        FloatVector last = FloatVector.fromArray(LANES, states, previous + (n - 1) * STATE);
        for (int k = 0; k < n; k++) {
            int c = k * COEFFICIENTS;
            int s = k * STATE;
            int b = sharedAt + k * SHARED;
            FloatVector h1 = FloatVector.fromArray(LANES, coefficients, c + 2 * WIDTH).mul(input)
                    .mul(FloatVector.fromArray(LANES, shared, b));
            h1 = FloatVector.fromArray(LANES, coefficients, c + WIDTH).fma(FloatVector.fromArray(LANES, states, previous + s + WIDTH), h1);
            h1 = FloatVector.fromArray(LANES, coefficients, c).fma(last, h1);
            if (k > 0) {
                h1 = h1.add(FloatVector.fromArray(LANES, states, previous + s - STATE));
            }
            h1.intoArray(states, current + s);
            FloatVector h2 = FloatVector.fromArray(LANES, coefficients, c + EQUATION + 2 * WIDTH).mul(input)
                    .mul(FloatVector.fromArray(LANES, shared, b + 2 * WIDTH));
            h2 = FloatVector.fromArray(LANES, coefficients, c + EQUATION + WIDTH).fma(FloatVector.fromArray(LANES, states, up + s), h2);
            h2 = FloatVector.fromArray(LANES, coefficients, c + EQUATION).fma(FloatVector.fromArray(LANES, states, up + s + WIDTH), h2);
            h2.intoArray(states, current + s + WIDTH);
            sum = h1.fma(FloatVector.fromArray(LANES, shared, b + WIDTH), sum);
            sum = h2.fma(FloatVector.fromArray(LANES, shared, b + 3 * WIDTH), sum);
        }
        sum.intoArray(y, xAt);
    }
}
