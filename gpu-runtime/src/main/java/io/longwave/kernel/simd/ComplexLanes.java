package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Products of complex rows whose real and imaginary parts stand apart: whole vectors, then a scalar tail. */
final class ComplexLanes {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();

    private ComplexLanes() {}

    /** z = x y; z may be x. */
    static void multiply(float[] x, int xRe, int xIm, float[] y, int yRe, int yIm, float[] z, int zRe, int zIm, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector a = FloatVector.fromArray(LANES, x, xRe + i);
            FloatVector b = FloatVector.fromArray(LANES, x, xIm + i);
            FloatVector c = FloatVector.fromArray(LANES, y, yRe + i);
            FloatVector d = FloatVector.fromArray(LANES, y, yIm + i);
            b.neg().fma(d, a.mul(c)).intoArray(z, zRe + i);
            a.fma(d, b.mul(c)).intoArray(z, zIm + i);
        }
        for (int i = bound; i < n; i++) {
            float a = x[xRe + i];
            float b = x[xIm + i];
            float c = y[yRe + i];
            float d = y[yIm + i];
            z[zRe + i] = Math.fma(-b, d, a * c);
            z[zIm + i] = Math.fma(a, d, b * c);
        }
    }

    /** z = x conj(y); z may be x. */
    static void multiplyConjugated(float[] x, int xRe, int xIm, float[] y, int yRe, int yIm, float[] z, int zRe, int zIm, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector a = FloatVector.fromArray(LANES, x, xRe + i);
            FloatVector b = FloatVector.fromArray(LANES, x, xIm + i);
            FloatVector c = FloatVector.fromArray(LANES, y, yRe + i);
            FloatVector d = FloatVector.fromArray(LANES, y, yIm + i);
            b.fma(d, a.mul(c)).intoArray(z, zRe + i);
            a.neg().fma(d, b.mul(c)).intoArray(z, zIm + i);
        }
        for (int i = bound; i < n; i++) {
            float a = x[xRe + i];
            float b = x[xIm + i];
            float c = y[yRe + i];
            float d = y[yIm + i];
            z[zRe + i] = Math.fma(b, d, a * c);
            z[zIm + i] = Math.fma(-a, d, b * c);
        }
    }

    /** z += x conj(y). */
    static void addConjugated(float[] x, int xRe, int xIm, float[] y, int yRe, int yIm, float[] z, int zRe, int zIm, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector a = FloatVector.fromArray(LANES, x, xRe + i);
            FloatVector b = FloatVector.fromArray(LANES, x, xIm + i);
            FloatVector c = FloatVector.fromArray(LANES, y, yRe + i);
            FloatVector d = FloatVector.fromArray(LANES, y, yIm + i);
            b.fma(d, a.fma(c, FloatVector.fromArray(LANES, z, zRe + i))).intoArray(z, zRe + i);
            a.neg().fma(d, b.fma(c, FloatVector.fromArray(LANES, z, zIm + i))).intoArray(z, zIm + i);
        }
        for (int i = bound; i < n; i++) {
            float a = x[xRe + i];
            float b = x[xIm + i];
            float c = y[yRe + i];
            float d = y[yIm + i];
            z[zRe + i] = Math.fma(b, d, Math.fma(a, c, z[zRe + i]));
            z[zIm + i] = Math.fma(-a, d, Math.fma(b, c, z[zIm + i]));
        }
    }
}
