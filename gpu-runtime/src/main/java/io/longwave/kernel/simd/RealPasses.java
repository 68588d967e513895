package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The first pass of {@link TransformPlan} where a row has no imaginary parts, and the last where none are wanted: half the products. */
final class RealPasses {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final float HALF_ROOT_3 = 0.8660254f;
    private static final float ROOT_HALF = 0.70710677f;

    private RealPasses() {}

    /** Radix 3 over a whole real row x into the parts of z. */
    static void split3(float[] x, int from, float[] z, int re, int im, int part, float[] factors) {
        FloatVector w1r = FloatVector.broadcast(LANES, factors[0]);
        FloatVector w1i = FloatVector.broadcast(LANES, factors[1]);
        FloatVector w2r = FloatVector.broadcast(LANES, factors[2]);
        FloatVector w2i = FloatVector.broadcast(LANES, factors[3]);
        FloatVector side = FloatVector.broadcast(LANES, HALF_ROOT_3);
        FloatVector minusHalf = FloatVector.broadcast(LANES, -0.5f);
        for (int i = 0; i < part; i += WIDTH) {
            FloatVector t0r = FloatVector.fromArray(LANES, x, from + i);
            FloatVector t0i = FloatVector.zero(LANES);
            FloatVector a1 = FloatVector.fromArray(LANES, x, from + part + i);
            FloatVector t1r = a1.mul(w1r);
            FloatVector t1i = a1.mul(w1i);
            FloatVector a2 = FloatVector.fromArray(LANES, x, from + 2 * part + i);
            FloatVector t2r = a2.mul(w2r);
            FloatVector t2i = a2.mul(w2i);
            FloatVector sr = t1r.add(t2r);
            FloatVector dr = t1r.sub(t2r).mul(side);
            FloatVector hr = sr.fma(minusHalf, t0r);
            FloatVector si = t1i.add(t2i);
            FloatVector di = t1i.sub(t2i).mul(side);
            FloatVector hi = si.fma(minusHalf, t0i);
            t0r.add(sr).intoArray(z, re + i);
            t0i.add(si).intoArray(z, im + i);
            hr.sub(di).intoArray(z, re + part + i);
            hi.add(dr).intoArray(z, im + part + i);
            hr.add(di).intoArray(z, re + 2 * part + i);
            hi.sub(dr).intoArray(z, im + 2 * part + i);
        }
    }

    /** Radix 4 over a whole real row x into the parts of z. */
    static void split4(float[] x, int from, float[] z, int re, int im, int part, float[] factors) {
        FloatVector w1r = FloatVector.broadcast(LANES, factors[0]);
        FloatVector w1i = FloatVector.broadcast(LANES, factors[1]);
        FloatVector w2r = FloatVector.broadcast(LANES, factors[2]);
        FloatVector w2i = FloatVector.broadcast(LANES, factors[3]);
        FloatVector w3r = FloatVector.broadcast(LANES, factors[4]);
        FloatVector w3i = FloatVector.broadcast(LANES, factors[5]);
        for (int i = 0; i < part; i += WIDTH) {
            FloatVector t0r = FloatVector.fromArray(LANES, x, from + i);
            FloatVector t0i = FloatVector.zero(LANES);
            FloatVector a1 = FloatVector.fromArray(LANES, x, from + part + i);
            FloatVector t1r = a1.mul(w1r);
            FloatVector t1i = a1.mul(w1i);
            FloatVector a2 = FloatVector.fromArray(LANES, x, from + 2 * part + i);
            FloatVector t2r = a2.mul(w2r);
            FloatVector t2i = a2.mul(w2i);
            FloatVector a3 = FloatVector.fromArray(LANES, x, from + 3 * part + i);
            FloatVector t3r = a3.mul(w3r);
            FloatVector t3i = a3.mul(w3i);
            FloatVector s0r = t0r.add(t2r);
            FloatVector s0i = t0i.add(t2i);
            FloatVector s1r = t0r.sub(t2r);
            FloatVector s1i = t0i.sub(t2i);
            FloatVector s2r = t1r.add(t3r);
            FloatVector s2i = t1i.add(t3i);
            FloatVector s3r = t1r.sub(t3r);
            FloatVector s3i = t1i.sub(t3i);
            s0r.add(s2r).intoArray(z, re + i);
            s0i.add(s2i).intoArray(z, im + i);
            s1r.sub(s3i).intoArray(z, re + part + i);
            s1i.add(s3r).intoArray(z, im + part + i);
            s0r.sub(s2r).intoArray(z, re + 2 * part + i);
            s0i.sub(s2i).intoArray(z, im + 2 * part + i);
            s1r.add(s3i).intoArray(z, re + 3 * part + i);
            s1i.sub(s3r).intoArray(z, im + 3 * part + i);
        }
    }

    /** Radix 8 over a whole real row x into the parts of z. */
    static void split8(float[] x, int from, float[] z, int re, int im, int part, float[] factors) {
        FloatVector w1r = FloatVector.broadcast(LANES, factors[0]);
        FloatVector w1i = FloatVector.broadcast(LANES, factors[1]);
        FloatVector w2r = FloatVector.broadcast(LANES, factors[2]);
        FloatVector w2i = FloatVector.broadcast(LANES, factors[3]);
        FloatVector w3r = FloatVector.broadcast(LANES, factors[4]);
        FloatVector w3i = FloatVector.broadcast(LANES, factors[5]);
        FloatVector w4r = FloatVector.broadcast(LANES, factors[6]);
        FloatVector w4i = FloatVector.broadcast(LANES, factors[7]);
        FloatVector w5r = FloatVector.broadcast(LANES, factors[8]);
        FloatVector w5i = FloatVector.broadcast(LANES, factors[9]);
        FloatVector w6r = FloatVector.broadcast(LANES, factors[10]);
        FloatVector w6i = FloatVector.broadcast(LANES, factors[11]);
        FloatVector w7r = FloatVector.broadcast(LANES, factors[12]);
        FloatVector w7i = FloatVector.broadcast(LANES, factors[13]);
        FloatVector root = FloatVector.broadcast(LANES, ROOT_HALF);
        FloatVector minusRoot = FloatVector.broadcast(LANES, -ROOT_HALF);
        for (int i = 0; i < part; i += WIDTH) {
            FloatVector t0r = FloatVector.fromArray(LANES, x, from + i);
            FloatVector t0i = FloatVector.zero(LANES);
            FloatVector a1 = FloatVector.fromArray(LANES, x, from + part + i);
            FloatVector t1r = a1.mul(w1r);
            FloatVector t1i = a1.mul(w1i);
            FloatVector a2 = FloatVector.fromArray(LANES, x, from + 2 * part + i);
            FloatVector t2r = a2.mul(w2r);
            FloatVector t2i = a2.mul(w2i);
            FloatVector a3 = FloatVector.fromArray(LANES, x, from + 3 * part + i);
            FloatVector t3r = a3.mul(w3r);
            FloatVector t3i = a3.mul(w3i);
            FloatVector a4 = FloatVector.fromArray(LANES, x, from + 4 * part + i);
            FloatVector t4r = a4.mul(w4r);
            FloatVector t4i = a4.mul(w4i);
            FloatVector a5 = FloatVector.fromArray(LANES, x, from + 5 * part + i);
            FloatVector t5r = a5.mul(w5r);
            FloatVector t5i = a5.mul(w5i);
            FloatVector a6 = FloatVector.fromArray(LANES, x, from + 6 * part + i);
            FloatVector t6r = a6.mul(w6r);
            FloatVector t6i = a6.mul(w6i);
            FloatVector a7 = FloatVector.fromArray(LANES, x, from + 7 * part + i);
            FloatVector t7r = a7.mul(w7r);
            FloatVector t7i = a7.mul(w7i);
            FloatVector p0r = t0r.add(t4r);
            FloatVector m0r = t0r.sub(t4r);
            FloatVector p0i = t0i.add(t4i);
            FloatVector m0i = t0i.sub(t4i);
            FloatVector p1r = t1r.add(t5r);
            FloatVector m1r = t1r.sub(t5r);
            FloatVector p1i = t1i.add(t5i);
            FloatVector m1i = t1i.sub(t5i);
            FloatVector p2r = t2r.add(t6r);
            FloatVector m2r = t2r.sub(t6r);
            FloatVector p2i = t2i.add(t6i);
            FloatVector m2i = t2i.sub(t6i);
            FloatVector p3r = t3r.add(t7r);
            FloatVector m3r = t3r.sub(t7r);
            FloatVector p3i = t3i.add(t7i);
            FloatVector m3i = t3i.sub(t7i);
            FloatVector e0r = p0r.add(p2r);
            FloatVector e1r = p0r.sub(p2r);
            FloatVector f0r = p1r.add(p3r);
            FloatVector f1r = p1r.sub(p3r);
            FloatVector e0i = p0i.add(p2i);
            FloatVector e1i = p0i.sub(p2i);
            FloatVector f0i = p1i.add(p3i);
            FloatVector f1i = p1i.sub(p3i);
            FloatVector ur = m0r.sub(m2i);
            FloatVector ui = m0i.add(m2r);
            FloatVector vr = m1r.sub(m3i);
            FloatVector vi = m1i.add(m3r);
            FloatVector xr = m0r.add(m2i);
            FloatVector xi = m0i.sub(m2r);
            FloatVector yr = m1r.add(m3i);
            FloatVector yi = m1i.sub(m3r);
            FloatVector vd = vr.sub(vi);
            FloatVector vs = vr.add(vi);
            FloatVector yd = yr.sub(yi);
            FloatVector ys = yr.add(yi);
            e0r.add(f0r).intoArray(z, re + i);
            e0i.add(f0i).intoArray(z, im + i);
            vd.fma(root, ur).intoArray(z, re + part + i);
            vs.fma(root, ui).intoArray(z, im + part + i);
            e1r.sub(f1i).intoArray(z, re + 2 * part + i);
            e1i.add(f1r).intoArray(z, im + 2 * part + i);
            ys.fma(minusRoot, xr).intoArray(z, re + 3 * part + i);
            yd.fma(root, xi).intoArray(z, im + 3 * part + i);
            e0r.sub(f0r).intoArray(z, re + 4 * part + i);
            e0i.sub(f0i).intoArray(z, im + 4 * part + i);
            vd.fma(minusRoot, ur).intoArray(z, re + 5 * part + i);
            vs.fma(minusRoot, ui).intoArray(z, im + 5 * part + i);
            e1r.add(f1i).intoArray(z, re + 6 * part + i);
            e1i.sub(f1r).intoArray(z, im + 6 * part + i);
            ys.fma(root, xr).intoArray(z, re + 7 * part + i);
            yd.fma(minusRoot, xi).intoArray(z, im + 7 * part + i);
        }
    }

    /** Radix 3 from the parts of z to the real parts of a whole row. */
    static void join3(float[] z, int re, int im, int part, float[] factors, float[] x, int to) {
        FloatVector w1r = FloatVector.broadcast(LANES, factors[0]);
        FloatVector w1i = FloatVector.broadcast(LANES, factors[1]);
        FloatVector w2r = FloatVector.broadcast(LANES, factors[2]);
        FloatVector w2i = FloatVector.broadcast(LANES, factors[3]);
        FloatVector side = FloatVector.broadcast(LANES, HALF_ROOT_3);
        FloatVector minusHalf = FloatVector.broadcast(LANES, -0.5f);
        for (int i = 0; i < part; i += WIDTH) {
            FloatVector t0r = FloatVector.fromArray(LANES, z, re + i);
            FloatVector t0i = FloatVector.fromArray(LANES, z, im + i);
            FloatVector t1r = FloatVector.fromArray(LANES, z, re + part + i);
            FloatVector t1i = FloatVector.fromArray(LANES, z, im + part + i);
            FloatVector t2r = FloatVector.fromArray(LANES, z, re + 2 * part + i);
            FloatVector t2i = FloatVector.fromArray(LANES, z, im + 2 * part + i);
            FloatVector sr = t1r.add(t2r);
            FloatVector dr = t1r.sub(t2r).mul(side);
            FloatVector hr = sr.fma(minusHalf, t0r);
            FloatVector si = t1i.add(t2i);
            FloatVector di = t1i.sub(t2i).mul(side);
            FloatVector hi = si.fma(minusHalf, t0i);
            t0r.add(sr).intoArray(x, to + i);
            hr.add(di).fma(w1r, hi.sub(dr).mul(w1i)).intoArray(x, to + part + i);
            hr.sub(di).fma(w2r, hi.add(dr).mul(w2i)).intoArray(x, to + 2 * part + i);
        }
    }

    /** Radix 4 from the parts of z to the real parts of a whole row. */
    static void join4(float[] z, int re, int im, int part, float[] factors, float[] x, int to) {
        FloatVector w1r = FloatVector.broadcast(LANES, factors[0]);
        FloatVector w1i = FloatVector.broadcast(LANES, factors[1]);
        FloatVector w2r = FloatVector.broadcast(LANES, factors[2]);
        FloatVector w2i = FloatVector.broadcast(LANES, factors[3]);
        FloatVector w3r = FloatVector.broadcast(LANES, factors[4]);
        FloatVector w3i = FloatVector.broadcast(LANES, factors[5]);
        for (int i = 0; i < part; i += WIDTH) {
            FloatVector t0r = FloatVector.fromArray(LANES, z, re + i);
            FloatVector t0i = FloatVector.fromArray(LANES, z, im + i);
            FloatVector t1r = FloatVector.fromArray(LANES, z, re + part + i);
            FloatVector t1i = FloatVector.fromArray(LANES, z, im + part + i);
            FloatVector t2r = FloatVector.fromArray(LANES, z, re + 2 * part + i);
            FloatVector t2i = FloatVector.fromArray(LANES, z, im + 2 * part + i);
            FloatVector t3r = FloatVector.fromArray(LANES, z, re + 3 * part + i);
            FloatVector t3i = FloatVector.fromArray(LANES, z, im + 3 * part + i);
            FloatVector s0r = t0r.add(t2r);
            FloatVector s0i = t0i.add(t2i);
            FloatVector s1r = t0r.sub(t2r);
            FloatVector s1i = t0i.sub(t2i);
            FloatVector s2r = t1r.add(t3r);
            FloatVector s2i = t1i.add(t3i);
            FloatVector s3r = t1r.sub(t3r);
            FloatVector s3i = t1i.sub(t3i);
            s0r.add(s2r).intoArray(x, to + i);
            s1r.add(s3i).fma(w1r, s1i.sub(s3r).mul(w1i)).intoArray(x, to + part + i);
            s0r.sub(s2r).fma(w2r, s0i.sub(s2i).mul(w2i)).intoArray(x, to + 2 * part + i);
            s1r.sub(s3i).fma(w3r, s1i.add(s3r).mul(w3i)).intoArray(x, to + 3 * part + i);
        }
    }

    /** Radix 8 from the parts of z to the real parts of a whole row. */
    static void join8(float[] z, int re, int im, int part, float[] factors, float[] x, int to) {
        FloatVector w1r = FloatVector.broadcast(LANES, factors[0]);
        FloatVector w1i = FloatVector.broadcast(LANES, factors[1]);
        FloatVector w2r = FloatVector.broadcast(LANES, factors[2]);
        FloatVector w2i = FloatVector.broadcast(LANES, factors[3]);
        FloatVector w3r = FloatVector.broadcast(LANES, factors[4]);
        FloatVector w3i = FloatVector.broadcast(LANES, factors[5]);
        FloatVector w4r = FloatVector.broadcast(LANES, factors[6]);
        FloatVector w4i = FloatVector.broadcast(LANES, factors[7]);
        FloatVector w5r = FloatVector.broadcast(LANES, factors[8]);
        FloatVector w5i = FloatVector.broadcast(LANES, factors[9]);
        FloatVector w6r = FloatVector.broadcast(LANES, factors[10]);
        FloatVector w6i = FloatVector.broadcast(LANES, factors[11]);
        FloatVector w7r = FloatVector.broadcast(LANES, factors[12]);
        FloatVector w7i = FloatVector.broadcast(LANES, factors[13]);
        FloatVector root = FloatVector.broadcast(LANES, ROOT_HALF);
        FloatVector minusRoot = FloatVector.broadcast(LANES, -ROOT_HALF);
        for (int i = 0; i < part; i += WIDTH) {
            FloatVector t0r = FloatVector.fromArray(LANES, z, re + i);
            FloatVector t0i = FloatVector.fromArray(LANES, z, im + i);
            FloatVector t1r = FloatVector.fromArray(LANES, z, re + part + i);
            FloatVector t1i = FloatVector.fromArray(LANES, z, im + part + i);
            FloatVector t2r = FloatVector.fromArray(LANES, z, re + 2 * part + i);
            FloatVector t2i = FloatVector.fromArray(LANES, z, im + 2 * part + i);
            FloatVector t3r = FloatVector.fromArray(LANES, z, re + 3 * part + i);
            FloatVector t3i = FloatVector.fromArray(LANES, z, im + 3 * part + i);
            FloatVector t4r = FloatVector.fromArray(LANES, z, re + 4 * part + i);
            FloatVector t4i = FloatVector.fromArray(LANES, z, im + 4 * part + i);
            FloatVector t5r = FloatVector.fromArray(LANES, z, re + 5 * part + i);
            FloatVector t5i = FloatVector.fromArray(LANES, z, im + 5 * part + i);
            FloatVector t6r = FloatVector.fromArray(LANES, z, re + 6 * part + i);
            FloatVector t6i = FloatVector.fromArray(LANES, z, im + 6 * part + i);
            FloatVector t7r = FloatVector.fromArray(LANES, z, re + 7 * part + i);
            FloatVector t7i = FloatVector.fromArray(LANES, z, im + 7 * part + i);
            FloatVector p0r = t0r.add(t4r);
            FloatVector m0r = t0r.sub(t4r);
            FloatVector p0i = t0i.add(t4i);
            FloatVector m0i = t0i.sub(t4i);
            FloatVector p1r = t1r.add(t5r);
            FloatVector m1r = t1r.sub(t5r);
            FloatVector p1i = t1i.add(t5i);
            FloatVector m1i = t1i.sub(t5i);
            FloatVector p2r = t2r.add(t6r);
            FloatVector m2r = t2r.sub(t6r);
            FloatVector p2i = t2i.add(t6i);
            FloatVector m2i = t2i.sub(t6i);
            FloatVector p3r = t3r.add(t7r);
            FloatVector m3r = t3r.sub(t7r);
            FloatVector p3i = t3i.add(t7i);
            FloatVector m3i = t3i.sub(t7i);
            FloatVector e0r = p0r.add(p2r);
            FloatVector e1r = p0r.sub(p2r);
            FloatVector f0r = p1r.add(p3r);
            FloatVector f1r = p1r.sub(p3r);
            FloatVector e0i = p0i.add(p2i);
            FloatVector e1i = p0i.sub(p2i);
            FloatVector f0i = p1i.add(p3i);
            FloatVector f1i = p1i.sub(p3i);
            FloatVector ur = m0r.sub(m2i);
            FloatVector ui = m0i.add(m2r);
            FloatVector vr = m1r.sub(m3i);
            FloatVector vi = m1i.add(m3r);
            FloatVector xr = m0r.add(m2i);
            FloatVector xi = m0i.sub(m2r);
            FloatVector yr = m1r.add(m3i);
            FloatVector yi = m1i.sub(m3r);
            FloatVector vd = vr.sub(vi);
            FloatVector vs = vr.add(vi);
            FloatVector yd = yr.sub(yi);
            FloatVector ys = yr.add(yi);
            e0r.add(f0r).intoArray(x, to + i);
            ys.fma(root, xr).fma(w1r, yd.fma(minusRoot, xi).mul(w1i)).intoArray(x, to + part + i);
            e1r.add(f1i).fma(w2r, e1i.sub(f1r).mul(w2i)).intoArray(x, to + 2 * part + i);
            vd.fma(minusRoot, ur).fma(w3r, vs.fma(minusRoot, ui).mul(w3i)).intoArray(x, to + 3 * part + i);
            e0r.sub(f0r).fma(w4r, e0i.sub(f0i).mul(w4i)).intoArray(x, to + 4 * part + i);
            ys.fma(minusRoot, xr).fma(w5r, yd.fma(root, xi).mul(w5i)).intoArray(x, to + 5 * part + i);
            e1r.sub(f1i).fma(w6r, e1i.add(f1r).mul(w6i)).intoArray(x, to + 6 * part + i);
            vd.fma(root, ur).fma(w7r, vs.fma(root, ui).mul(w7i)).intoArray(x, to + 7 * part + i);
        }
    }
}
