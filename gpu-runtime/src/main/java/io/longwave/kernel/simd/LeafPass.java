package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The pass of {@link TransformPlan} over leaves: radix four, and each part of one lane width then turned from x^W − c to x^W − 1 by factors
 * d^lane. One loop over all leaves of a block.
 */
final class LeafPass {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final int FACTORS = 6;
    private static final int TWISTS = 8 * WIDTH;

    private LeafPass() {}

    /** From leaves to their twisted parts. */
    static void forward(float[] z, int re, int im, int count, int firstBlock, float[] factors, float[] twists) {
        int f = firstBlock * FACTORS;
        int t = firstBlock * TWISTS;
        for (int i = 0; i < count; i += TransformPlan.LEAF) {
            FloatVector w1r = FloatVector.broadcast(LANES, factors[f]);
            FloatVector w1i = FloatVector.broadcast(LANES, factors[f + 1]);
            FloatVector w2r = FloatVector.broadcast(LANES, factors[f + 2]);
            FloatVector w2i = FloatVector.broadcast(LANES, factors[f + 3]);
            FloatVector w3r = FloatVector.broadcast(LANES, factors[f + 4]);
            FloatVector w3i = FloatVector.broadcast(LANES, factors[f + 5]);
            FloatVector t0r = FloatVector.fromArray(LANES, z, re + i);
            FloatVector t0i = FloatVector.fromArray(LANES, z, im + i);
            FloatVector a1r = FloatVector.fromArray(LANES, z, re + i + WIDTH);
            FloatVector a1i = FloatVector.fromArray(LANES, z, im + i + WIDTH);
            FloatVector t1r = a1r.mul(w1r).sub(a1i.mul(w1i));
            FloatVector t1i = a1r.fma(w1i, a1i.mul(w1r));
            FloatVector a2r = FloatVector.fromArray(LANES, z, re + i + 2 * WIDTH);
            FloatVector a2i = FloatVector.fromArray(LANES, z, im + i + 2 * WIDTH);
            FloatVector t2r = a2r.mul(w2r).sub(a2i.mul(w2i));
            FloatVector t2i = a2r.fma(w2i, a2i.mul(w2r));
            FloatVector a3r = FloatVector.fromArray(LANES, z, re + i + 3 * WIDTH);
            FloatVector a3i = FloatVector.fromArray(LANES, z, im + i + 3 * WIDTH);
            FloatVector t3r = a3r.mul(w3r).sub(a3i.mul(w3i));
            FloatVector t3i = a3r.fma(w3i, a3i.mul(w3r));
            FloatVector s0r = t0r.add(t2r);
            FloatVector s0i = t0i.add(t2i);
            FloatVector s1r = t0r.sub(t2r);
            FloatVector s1i = t0i.sub(t2i);
            FloatVector s2r = t1r.add(t3r);
            FloatVector s2i = t1i.add(t3i);
            FloatVector s3r = t1r.sub(t3r);
            FloatVector s3i = t1i.sub(t3i);
            FloatVector b0r = s0r.add(s2r);
            FloatVector b0i = s0i.add(s2i);
            FloatVector b1r = s1r.sub(s3i);
            FloatVector b1i = s1i.add(s3r);
            FloatVector b2r = s0r.sub(s2r);
            FloatVector b2i = s0i.sub(s2i);
            FloatVector b3r = s1r.add(s3i);
            FloatVector b3i = s1i.sub(s3r);
            FloatVector c0r = FloatVector.fromArray(LANES, twists, t);
            FloatVector c0i = FloatVector.fromArray(LANES, twists, t + WIDTH);
            b0r.mul(c0r).sub(b0i.mul(c0i)).intoArray(z, re + i);
            b0r.fma(c0i, b0i.mul(c0r)).intoArray(z, im + i);
            FloatVector c1r = FloatVector.fromArray(LANES, twists, t + 2 * WIDTH);
            FloatVector c1i = FloatVector.fromArray(LANES, twists, t + 3 * WIDTH);
            b1r.mul(c1r).sub(b1i.mul(c1i)).intoArray(z, re + i + WIDTH);
            b1r.fma(c1i, b1i.mul(c1r)).intoArray(z, im + i + WIDTH);
            FloatVector c2r = FloatVector.fromArray(LANES, twists, t + 4 * WIDTH);
            FloatVector c2i = FloatVector.fromArray(LANES, twists, t + 5 * WIDTH);
            b2r.mul(c2r).sub(b2i.mul(c2i)).intoArray(z, re + i + 2 * WIDTH);
            b2r.fma(c2i, b2i.mul(c2r)).intoArray(z, im + i + 2 * WIDTH);
            FloatVector c3r = FloatVector.fromArray(LANES, twists, t + 6 * WIDTH);
            FloatVector c3i = FloatVector.fromArray(LANES, twists, t + 7 * WIDTH);
            b3r.mul(c3r).sub(b3i.mul(c3i)).intoArray(z, re + i + 3 * WIDTH);
            b3r.fma(c3i, b3i.mul(c3r)).intoArray(z, im + i + 3 * WIDTH);
            f += FACTORS;
            t += TWISTS;
        }
    }

    /** Undoes {@link #forward} but for a factor of four. */
    static void inverse(float[] z, int re, int im, int count, int firstBlock, float[] factors, float[] twists) {
        int f = firstBlock * FACTORS;
        int t = firstBlock * TWISTS;
        for (int i = 0; i < count; i += TransformPlan.LEAF) {
            FloatVector w1r = FloatVector.broadcast(LANES, factors[f]);
            FloatVector w1i = FloatVector.broadcast(LANES, factors[f + 1]);
            FloatVector w2r = FloatVector.broadcast(LANES, factors[f + 2]);
            FloatVector w2i = FloatVector.broadcast(LANES, factors[f + 3]);
            FloatVector w3r = FloatVector.broadcast(LANES, factors[f + 4]);
            FloatVector w3i = FloatVector.broadcast(LANES, factors[f + 5]);
            FloatVector a0r = FloatVector.fromArray(LANES, z, re + i);
            FloatVector a0i = FloatVector.fromArray(LANES, z, im + i);
            FloatVector c0r = FloatVector.fromArray(LANES, twists, t);
            FloatVector c0i = FloatVector.fromArray(LANES, twists, t + WIDTH);
            FloatVector t0r = a0r.fma(c0r, a0i.mul(c0i));
            FloatVector t0i = a0i.mul(c0r).sub(a0r.mul(c0i));
            FloatVector a1r = FloatVector.fromArray(LANES, z, re + i + WIDTH);
            FloatVector a1i = FloatVector.fromArray(LANES, z, im + i + WIDTH);
            FloatVector c1r = FloatVector.fromArray(LANES, twists, t + 2 * WIDTH);
            FloatVector c1i = FloatVector.fromArray(LANES, twists, t + 3 * WIDTH);
            FloatVector t1r = a1r.fma(c1r, a1i.mul(c1i));
            FloatVector t1i = a1i.mul(c1r).sub(a1r.mul(c1i));
            FloatVector a2r = FloatVector.fromArray(LANES, z, re + i + 2 * WIDTH);
            FloatVector a2i = FloatVector.fromArray(LANES, z, im + i + 2 * WIDTH);
            FloatVector c2r = FloatVector.fromArray(LANES, twists, t + 4 * WIDTH);
            FloatVector c2i = FloatVector.fromArray(LANES, twists, t + 5 * WIDTH);
            FloatVector t2r = a2r.fma(c2r, a2i.mul(c2i));
            FloatVector t2i = a2i.mul(c2r).sub(a2r.mul(c2i));
            FloatVector a3r = FloatVector.fromArray(LANES, z, re + i + 3 * WIDTH);
            FloatVector a3i = FloatVector.fromArray(LANES, z, im + i + 3 * WIDTH);
            FloatVector c3r = FloatVector.fromArray(LANES, twists, t + 6 * WIDTH);
            FloatVector c3i = FloatVector.fromArray(LANES, twists, t + 7 * WIDTH);
            FloatVector t3r = a3r.fma(c3r, a3i.mul(c3i));
            FloatVector t3i = a3i.mul(c3r).sub(a3r.mul(c3i));
            FloatVector s0r = t0r.add(t2r);
            FloatVector s0i = t0i.add(t2i);
            FloatVector s1r = t0r.sub(t2r);
            FloatVector s1i = t0i.sub(t2i);
            FloatVector s2r = t1r.add(t3r);
            FloatVector s2i = t1i.add(t3i);
            FloatVector s3r = t1r.sub(t3r);
            FloatVector s3i = t1i.sub(t3i);
            FloatVector b0r = s0r.add(s2r);
            FloatVector b0i = s0i.add(s2i);
            FloatVector b1r = s1r.add(s3i);
            FloatVector b1i = s1i.sub(s3r);
            FloatVector b2r = s0r.sub(s2r);
            FloatVector b2i = s0i.sub(s2i);
            FloatVector b3r = s1r.sub(s3i);
            FloatVector b3i = s1i.add(s3r);
            b0r.intoArray(z, re + i);
            b0i.intoArray(z, im + i);
            b1r.fma(w1r, b1i.mul(w1i)).intoArray(z, re + i + WIDTH);
            b1i.mul(w1r).sub(b1r.mul(w1i)).intoArray(z, im + i + WIDTH);
            b2r.fma(w2r, b2i.mul(w2i)).intoArray(z, re + i + 2 * WIDTH);
            b2i.mul(w2r).sub(b2r.mul(w2i)).intoArray(z, im + i + 2 * WIDTH);
            b3r.fma(w3r, b3i.mul(w3i)).intoArray(z, re + i + 3 * WIDTH);
            b3i.mul(w3r).sub(b3r.mul(w3i)).intoArray(z, im + i + 3 * WIDTH);
            f += FACTORS;
            t += TWISTS;
        }
    }
}
