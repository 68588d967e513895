package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Number by number over values of transforms, real parts from 0 on, imaginary parts from {@code im} on. */
final class Spectra {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();

    private Spectra() {}

    /** z = factor z, conjugated where {@code conjugate}. */
    static void scale(float[] z, int n, int im, float factor, boolean conjugate) {
        FloatVector onRe = FloatVector.broadcast(LANES, factor);
        FloatVector onIm = FloatVector.broadcast(LANES, conjugate ? -factor : factor);
        for (int i = 0; i < n; i += WIDTH) {
            FloatVector.fromArray(LANES, z, i).mul(onRe).intoArray(z, i);
            FloatVector.fromArray(LANES, z, im + i).mul(onIm).intoArray(z, im + i);
        }
    }

    /** z = a k, or a times the conjugate of k; z may be a. */
    static void multiply(float[] a, float[] k, int n, int im, boolean conjugate, float[] z) {
        FloatVector sign = FloatVector.broadcast(LANES, conjugate ? -1 : 1);
        for (int i = 0; i < n; i += WIDTH) {
            FloatVector ar = FloatVector.fromArray(LANES, a, i);
            FloatVector ai = FloatVector.fromArray(LANES, a, im + i);
            FloatVector kr = FloatVector.fromArray(LANES, k, i);
            FloatVector ki = FloatVector.fromArray(LANES, k, im + i).mul(sign);
            ar.mul(kr).sub(ai.mul(ki)).intoArray(z, i);
            ar.fma(ki, ai.mul(kr)).intoArray(z, im + i);
        }
    }

    /** sum += a times the conjugate of b. */
    static void addCorrelation(float[] a, float[] b, int n, int im, float[] sum) {
        for (int i = 0; i < n; i += WIDTH) {
            FloatVector ar = FloatVector.fromArray(LANES, a, i);
            FloatVector ai = FloatVector.fromArray(LANES, a, im + i);
            FloatVector br = FloatVector.fromArray(LANES, b, i);
            FloatVector bi = FloatVector.fromArray(LANES, b, im + i);
            ai.fma(bi, ar.fma(br, FloatVector.fromArray(LANES, sum, i))).intoArray(sum, i);
            ai.fma(br, FloatVector.fromArray(LANES, sum, im + i)).sub(ar.mul(bi)).intoArray(sum, im + i);
        }
    }

    /** z −= i a. */
    static void subtractTurned(float[] a, int n, int im, float[] z) {
        for (int i = 0; i < n; i += WIDTH) {
            FloatVector.fromArray(LANES, z, i).add(FloatVector.fromArray(LANES, a, im + i)).intoArray(z, i);
            FloatVector.fromArray(LANES, z, im + i).sub(FloatVector.fromArray(LANES, a, i)).intoArray(z, im + i);
        }
    }
}
