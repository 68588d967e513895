package io.longwave.kernel.simd;

import io.longwave.kernel.GridScan.Discretization;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops of {@link GridSteps} backwards: first through the recurrence, then through the discretization of each equation. */
final class GridGradients {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final int EQUATION = GridSteps.EQUATION;
    private static final int COEFFICIENTS = GridSteps.COEFFICIENTS;
    private static final int PARAMETERS = GridSteps.PARAMETERS;
    private static final int STATE = 2 * WIDTH;
    private static final int SHARED = 4 * WIDTH;

    private GridGradients() {}

    /**
     * Gradients g1, g2 of the states of one position, what they hand to the column and the variate before, dC and dx.
     *
     * @param sharedGradients of B1, C1, B2, C2; those of C are added to
     * @param dx Σ (φ1 B1 g1 + φ2 B2 g2) + D ȳ, out
     * @param toPrevious in: what the column after handed to this variate; out: what this one hands to the column before, at {@code previousAt}
     * @param toUp in: what the variate after handed over; out: what this one hands to the variate before
     * @param g out
     */
    static void pullBack(float[] coefficients, float[] shared, int sharedAt, float[] sharedGradients, int sharedGradientAt, float[] dy,
            int at,
            float[] skip, float[] dx, float[] states, int current, float[] toPrevious, int previousAt, float[] toUp, float[] g, int n) {
        FloatVector out = FloatVector.fromArray(LANES, dy, at);
        FloatVector in = out.mul(FloatVector.fromArray(LANES, skip, 0));
        for (int k = 0; k < n; k++) {
            int c = k * COEFFICIENTS;
            int s = k * STATE;
            int b = sharedAt + k * SHARED;
            int d = sharedGradientAt + k * SHARED;
            FloatVector g1 = out.fma(FloatVector.fromArray(LANES, shared, b + WIDTH),
                    FloatVector.fromArray(LANES, toPrevious, previousAt + s).add(FloatVector.fromArray(LANES, toUp, s)));
            FloatVector g2 = out.fma(FloatVector.fromArray(LANES, shared, b + 3 * WIDTH),
                    FloatVector.fromArray(LANES, toPrevious, previousAt + s + WIDTH).add(FloatVector.fromArray(LANES, toUp, s + WIDTH)));
            out.fma(FloatVector.fromArray(LANES, states, current + s), FloatVector.fromArray(LANES, sharedGradients, d + WIDTH))
                    .intoArray(sharedGradients, d + WIDTH);
            out.fma(FloatVector.fromArray(LANES, states, current + s + WIDTH), FloatVector.fromArray(LANES, sharedGradients, d + 3 * WIDTH))
                    .intoArray(sharedGradients, d + 3 * WIDTH);
            g1.mul(FloatVector.fromArray(LANES, coefficients, c)).intoArray(toPrevious, previousAt + s);
            g1.mul(FloatVector.fromArray(LANES, coefficients, c + WIDTH)).intoArray(toPrevious, previousAt + s + WIDTH);
            g2.mul(FloatVector.fromArray(LANES, coefficients, c + EQUATION + WIDTH)).intoArray(toUp, s);
            g2.mul(FloatVector.fromArray(LANES, coefficients, c + EQUATION)).intoArray(toUp, s + WIDTH);
            in = FloatVector.fromArray(LANES, coefficients, c + 2 * WIDTH).mul(FloatVector.fromArray(LANES, shared, b)).fma(g1, in);
            in = FloatVector.fromArray(LANES, coefficients, c + EQUATION + 2 * WIDTH)
                    .mul(FloatVector.fromArray(LANES, shared, b + 2 * WIDTH))
                    .fma(g2, in);
            g1.intoArray(g, s);
            g2.intoArray(g, s + WIDTH);
        }
        in.intoArray(dx, at);
    }

    /** Puts right what {@link #pullBack} handed to h1 of the column before where A1 is a companion matrix: Aᵀ g moves up, and ends in a1 · g. */
    static void companion(float[] coefficients, float[] g, float[] toPrevious, int previousAt, int n) {
        FloatVector along = FloatVector.zero(LANES);
        for (int k = 0; k < n; k++) {
            FloatVector g1 = FloatVector.fromArray(LANES, g, k * STATE);
            along = g1.fma(FloatVector.fromArray(LANES, coefficients, k * COEFFICIENTS), along);
            if (k > 0) {
                g1.intoArray(toPrevious, previousAt + (k - 1) * STATE);
            }
        }
        along.intoArray(toPrevious, previousAt + (n - 1) * STATE);
    }

    /**
     * Adds the gradients of A, A′, B and Δ of one equation at one position.
     *
     * @param g with stride of two vectors from {@code gAt} on
     * @param states own and other state at {@code ownAt} and {@code otherAt}, {@code ownStride} 0 where one entry stands for all (companion)
     * @param shared B with stride of four vectors
     * @param aGradients A at {@code aAt}, A′ behind it, stride of four vectors
     * @param stepGradients Δ, added to
     */
    static void discretization(Discretization discretization, float[] steps, float[] x, int at, float[] parameters, int parameterAt,
            float[] coefficients, int coefficientAt, float[] g, int gAt, float[] states, int ownAt, int ownStride, int otherAt,
            float[] shared,
            int sharedAt, float[] sharedGradients, int sharedGradientAt, float[] aGradients, int aAt, float[] stepGradients, int n) {
        switch (discretization) {
            case NONE -> discrete(x, at, g, gAt, states, ownAt, ownStride, otherAt, sharedGradients, sharedGradientAt, aGradients, aAt, n);
            case ZERO_ORDER_HOLD ->
                hold(steps, x, at, parameters, parameterAt, coefficients, coefficientAt, g, gAt, states, ownAt, otherAt, shared,
                        sharedAt, sharedGradients, sharedGradientAt, aGradients, aAt, stepGradients, n);
            case EXPONENTIAL ->
                exponential(steps, x, at, parameters, parameterAt, coefficients, coefficientAt, g, gAt, states, ownAt, otherAt,
                        shared, sharedAt, sharedGradients, sharedGradientAt, aGradients, aAt, stepGradients, n);
            case EULER ->
                euler(steps, x, at, parameters, parameterAt, coefficients, coefficientAt, g, gAt, states, ownAt, otherAt, shared, sharedAt,
                        sharedGradients, sharedGradientAt, aGradients, aAt, stepGradients, n);
        }
    }

    private static void discrete(float[] x, int at, float[] g, int gAt, float[] states, int ownAt, int ownStride, int otherAt,
            float[] sharedGradients, int sharedGradientAt, float[] aGradients, int aAt, int n) {
        FloatVector input = FloatVector.fromArray(LANES, x, at);
        for (int k = 0; k < n; k++) {
            int a = aAt + k * SHARED;
            int d = sharedGradientAt + k * SHARED;
            FloatVector gradient = FloatVector.fromArray(LANES, g, gAt + k * STATE);
            gradient.fma(FloatVector.fromArray(LANES, states, ownAt + k * ownStride), FloatVector.fromArray(LANES, aGradients, a))
                    .intoArray(aGradients, a);
            gradient.fma(FloatVector.fromArray(LANES, states, otherAt + k * STATE), FloatVector.fromArray(LANES, aGradients, a + WIDTH))
                    .intoArray(aGradients, a + WIDTH);
            gradient.fma(input, FloatVector.fromArray(LANES, sharedGradients, d)).intoArray(sharedGradients, d);
        }
    }

    private static void hold(float[] steps, float[] x, int at, float[] parameters, int parameterAt, float[] coefficients, int coefficientAt,
            float[] g, int gAt, float[] states, int ownAt, int otherAt, float[] shared, int sharedAt, float[] sharedGradients,
            int sharedGradientAt,
            float[] aGradients, int aAt, float[] stepGradients, int n) {
        FloatVector input = FloatVector.fromArray(LANES, x, at);
        FloatVector delta = FloatVector.fromArray(LANES, steps, at);
        FloatVector ofStep = FloatVector.fromArray(LANES, stepGradients, at);
        for (int k = 0; k < n; k++) {
            int p = parameterAt + k * 2 * PARAMETERS;
            int c = coefficientAt + k * COEFFICIENTS;
            int a = aAt + k * SHARED;
            int d = sharedGradientAt + k * SHARED;
            FloatVector gradient = FloatVector.fromArray(LANES, g, gAt + k * STATE);
            FloatVector ofOwn = gradient.mul(FloatVector.fromArray(LANES, states, ownAt + k * STATE));
            FloatVector ofOther = gradient.mul(FloatVector.fromArray(LANES, states, otherAt + k * STATE));
            FloatVector ofInput = gradient.mul(input);
            FloatVector own = FloatVector.fromArray(LANES, coefficients, c);
            FloatVector phi = FloatVector.fromArray(LANES, coefficients, c + 2 * WIDTH);
            phi.fma(ofInput, FloatVector.fromArray(LANES, sharedGradients, d)).intoArray(sharedGradients, d);
            phi.fma(ofOther, FloatVector.fromArray(LANES, aGradients, a + WIDTH)).intoArray(aGradients, a + WIDTH);
            FloatVector throughPhi = ofInput.mul(FloatVector.fromArray(LANES, shared, sharedAt + k * SHARED));
            throughPhi = ofOther.fma(FloatVector.fromArray(LANES, parameters, p + WIDTH), throughPhi);
            FloatVector ofA = throughPhi.fma(FloatVector.fromArray(LANES, coefficients, c + 3 * WIDTH),
                    FloatVector.fromArray(LANES, aGradients, a));
            delta.mul(own).fma(ofOwn, ofA).intoArray(aGradients, a);
            ofStep = own.fma(ofOwn.fma(FloatVector.fromArray(LANES, parameters, p), throughPhi), ofStep);
        }
        ofStep.intoArray(stepGradients, at);
    }

    private static void exponential(float[] steps, float[] x, int at, float[] parameters, int parameterAt, float[] coefficients,
            int coefficientAt,
            float[] g, int gAt, float[] states, int ownAt, int otherAt, float[] shared, int sharedAt, float[] sharedGradients,
            int sharedGradientAt,
            float[] aGradients, int aAt, float[] stepGradients, int n) {
        FloatVector input = FloatVector.fromArray(LANES, x, at);
        FloatVector delta = FloatVector.fromArray(LANES, steps, at);
        FloatVector ofStep = FloatVector.fromArray(LANES, stepGradients, at);
        for (int k = 0; k < n; k++) {
            int p = parameterAt + k * 2 * PARAMETERS;
            int c = coefficientAt + k * COEFFICIENTS;
            int a = aAt + k * SHARED;
            int d = sharedGradientAt + k * SHARED;
            FloatVector gradient = FloatVector.fromArray(LANES, g, gAt + k * STATE);
            FloatVector ofInput = gradient.mul(input);
            FloatVector own = FloatVector.fromArray(LANES, coefficients, c);
            FloatVector ofOwn = gradient.mul(FloatVector.fromArray(LANES, states, ownAt + k * STATE)).mul(own);
            FloatVector ofOther = gradient.mul(FloatVector.fromArray(LANES, states, otherAt + k * STATE))
                    .mul(FloatVector.fromArray(LANES, coefficients, c + WIDTH));
            FloatVector.fromArray(LANES, coefficients, c + 2 * WIDTH).fma(ofInput, FloatVector.fromArray(LANES, sharedGradients, d))
                    .intoArray(sharedGradients, d);
            delta.fma(ofOther, FloatVector.fromArray(LANES, aGradients, a + WIDTH)).intoArray(aGradients, a + WIDTH);
            FloatVector throughPhi = ofInput.mul(FloatVector.fromArray(LANES, shared, sharedAt + k * SHARED));
            FloatVector ofA = throughPhi.fma(FloatVector.fromArray(LANES, coefficients, c + 3 * WIDTH),
                    FloatVector.fromArray(LANES, aGradients, a));
            delta.fma(ofOwn, ofA).intoArray(aGradients, a);
            ofStep = own.fma(throughPhi, ofStep);
            ofStep = ofOther.fma(FloatVector.fromArray(LANES, parameters, p + WIDTH), ofStep);
            ofStep = ofOwn.fma(FloatVector.fromArray(LANES, parameters, p), ofStep);
        }
        ofStep.intoArray(stepGradients, at);
    }

    private static void euler(float[] steps, float[] x, int at, float[] parameters, int parameterAt, float[] coefficients,
            int coefficientAt,
            float[] g, int gAt, float[] states, int ownAt, int otherAt, float[] shared, int sharedAt, float[] sharedGradients,
            int sharedGradientAt,
            float[] aGradients, int aAt, float[] stepGradients, int n) {
        FloatVector input = FloatVector.fromArray(LANES, x, at);
        FloatVector delta = FloatVector.fromArray(LANES, steps, at);
        FloatVector ofStep = FloatVector.fromArray(LANES, stepGradients, at);
        for (int k = 0; k < n; k++) {
            int p = parameterAt + k * 2 * PARAMETERS;
            int c = coefficientAt + k * COEFFICIENTS;
            int a = aAt + k * SHARED;
            int d = sharedGradientAt + k * SHARED;
            FloatVector gradient = FloatVector.fromArray(LANES, g, gAt + k * STATE);
            FloatVector ofInput = gradient.mul(input);
            FloatVector ofOther = gradient.mul(FloatVector.fromArray(LANES, states, otherAt + k * STATE));
            FloatVector ofOwn = gradient.mul(FloatVector.fromArray(LANES, states, ownAt + k * STATE))
                    .mul(FloatVector.fromArray(LANES, coefficients, c));
            delta.fma(ofInput, FloatVector.fromArray(LANES, sharedGradients, d)).intoArray(sharedGradients, d);
            delta.fma(ofOther, FloatVector.fromArray(LANES, aGradients, a + WIDTH)).intoArray(aGradients, a + WIDTH);
            delta.fma(ofOwn, FloatVector.fromArray(LANES, aGradients, a)).intoArray(aGradients, a);
            ofStep = ofOwn.fma(FloatVector.fromArray(LANES, parameters, p), ofStep);
            ofStep = ofOther.fma(FloatVector.fromArray(LANES, parameters, p + WIDTH), ofStep);
            ofStep = ofInput.fma(FloatVector.fromArray(LANES, shared, sharedAt + k * SHARED), ofStep);
        }
        ofStep.intoArray(stepGradients, at);
    }
}
