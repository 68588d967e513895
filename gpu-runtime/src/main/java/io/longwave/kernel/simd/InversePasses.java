package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Passes of {@link TransformPlan} back from the parts to the block, in place. Each is one straight loop without helpers, see {@link LanePass}.
 */
final class InversePasses {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final float HALF_ROOT_3 = 0.8660254f;
    private static final float ROOT_HALF = 0.70710677f;

    private InversePasses() {}

    /** Radix 2: undoes {@link ForwardPasses#radix2} but for a factor of 2. */
    static void radix2(float[] z, int re, int im, int part, float[] factors, int f) {
        FloatVector w1r = FloatVector.broadcast(LANES, factors[f]);
        FloatVector w1i = FloatVector.broadcast(LANES, factors[f + 1]);
        for (int i = 0; i < part; i += WIDTH) {
            FloatVector t0r = FloatVector.fromArray(LANES, z, re + i);
            FloatVector t0i = FloatVector.fromArray(LANES, z, im + i);
            FloatVector t1r = FloatVector.fromArray(LANES, z, re + part + i);
            FloatVector t1i = FloatVector.fromArray(LANES, z, im + part + i);
            t0r.add(t1r).intoArray(z, re + i);
            t0i.add(t1i).intoArray(z, im + i);
            FloatVector o1r = t0r.sub(t1r);
            FloatVector o1i = t0i.sub(t1i);
            o1r.fma(w1r, o1i.mul(w1i)).intoArray(z, re + part + i);
            o1i.mul(w1r).sub(o1r.mul(w1i)).intoArray(z, im + part + i);
        }
    }

    /** Radix 3: undoes {@link ForwardPasses#radix3} but for a factor of 3. */
    static void radix3(float[] z, int re, int im, int part, float[] factors, int f) {
        FloatVector w1r = FloatVector.broadcast(LANES, factors[f]);
        FloatVector w1i = FloatVector.broadcast(LANES, factors[f + 1]);
        FloatVector w2r = FloatVector.broadcast(LANES, factors[f + 2]);
        FloatVector w2i = FloatVector.broadcast(LANES, factors[f + 3]);
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
            t0r.add(sr).intoArray(z, re + i);
            t0i.add(si).intoArray(z, im + i);
            FloatVector o1r = hr.add(di);
            FloatVector o1i = hi.sub(dr);
            o1r.fma(w1r, o1i.mul(w1i)).intoArray(z, re + part + i);
            o1i.mul(w1r).sub(o1r.mul(w1i)).intoArray(z, im + part + i);
            FloatVector o2r = hr.sub(di);
            FloatVector o2i = hi.add(dr);
            o2r.fma(w2r, o2i.mul(w2i)).intoArray(z, re + 2 * part + i);
            o2i.mul(w2r).sub(o2r.mul(w2i)).intoArray(z, im + 2 * part + i);
        }
    }

    /** Radix 4: undoes {@link ForwardPasses#radix4} but for a factor of 4. */
    static void radix4(float[] z, int re, int im, int part, float[] factors, int f) {
        FloatVector w1r = FloatVector.broadcast(LANES, factors[f]);
        FloatVector w1i = FloatVector.broadcast(LANES, factors[f + 1]);
        FloatVector w2r = FloatVector.broadcast(LANES, factors[f + 2]);
        FloatVector w2i = FloatVector.broadcast(LANES, factors[f + 3]);
        FloatVector w3r = FloatVector.broadcast(LANES, factors[f + 4]);
        FloatVector w3i = FloatVector.broadcast(LANES, factors[f + 5]);
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
            s0r.add(s2r).intoArray(z, re + i);
            s0i.add(s2i).intoArray(z, im + i);
            FloatVector o1r = s1r.add(s3i);
            FloatVector o1i = s1i.sub(s3r);
            o1r.fma(w1r, o1i.mul(w1i)).intoArray(z, re + part + i);
            o1i.mul(w1r).sub(o1r.mul(w1i)).intoArray(z, im + part + i);
            FloatVector o2r = s0r.sub(s2r);
            FloatVector o2i = s0i.sub(s2i);
            o2r.fma(w2r, o2i.mul(w2i)).intoArray(z, re + 2 * part + i);
            o2i.mul(w2r).sub(o2r.mul(w2i)).intoArray(z, im + 2 * part + i);
            FloatVector o3r = s1r.sub(s3i);
            FloatVector o3i = s1i.add(s3r);
            o3r.fma(w3r, o3i.mul(w3i)).intoArray(z, re + 3 * part + i);
            o3i.mul(w3r).sub(o3r.mul(w3i)).intoArray(z, im + 3 * part + i);
        }
    }

    /** Radix 8: undoes {@link ForwardPasses#radix8} but for a factor of 8. */
    static void radix8(float[] z, int re, int im, int part, float[] factors, int f) {
        FloatVector w1r = FloatVector.broadcast(LANES, factors[f]);
        FloatVector w1i = FloatVector.broadcast(LANES, factors[f + 1]);
        FloatVector w2r = FloatVector.broadcast(LANES, factors[f + 2]);
        FloatVector w2i = FloatVector.broadcast(LANES, factors[f + 3]);
        FloatVector w3r = FloatVector.broadcast(LANES, factors[f + 4]);
        FloatVector w3i = FloatVector.broadcast(LANES, factors[f + 5]);
        FloatVector w4r = FloatVector.broadcast(LANES, factors[f + 6]);
        FloatVector w4i = FloatVector.broadcast(LANES, factors[f + 7]);
        FloatVector w5r = FloatVector.broadcast(LANES, factors[f + 8]);
        FloatVector w5i = FloatVector.broadcast(LANES, factors[f + 9]);
        FloatVector w6r = FloatVector.broadcast(LANES, factors[f + 10]);
        FloatVector w6i = FloatVector.broadcast(LANES, factors[f + 11]);
        FloatVector w7r = FloatVector.broadcast(LANES, factors[f + 12]);
        FloatVector w7i = FloatVector.broadcast(LANES, factors[f + 13]);
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
            e0r.add(f0r).intoArray(z, re + i);
            e0i.add(f0i).intoArray(z, im + i);
            FloatVector o1r = ys.fma(root, xr);
            FloatVector o1i = yd.fma(minusRoot, xi);
            o1r.fma(w1r, o1i.mul(w1i)).intoArray(z, re + part + i);
            o1i.mul(w1r).sub(o1r.mul(w1i)).intoArray(z, im + part + i);
            FloatVector o2r = e1r.add(f1i);
            FloatVector o2i = e1i.sub(f1r);
            o2r.fma(w2r, o2i.mul(w2i)).intoArray(z, re + 2 * part + i);
            o2i.mul(w2r).sub(o2r.mul(w2i)).intoArray(z, im + 2 * part + i);
            FloatVector o3r = vd.fma(minusRoot, ur);
            FloatVector o3i = vs.fma(minusRoot, ui);
            o3r.fma(w3r, o3i.mul(w3i)).intoArray(z, re + 3 * part + i);
            o3i.mul(w3r).sub(o3r.mul(w3i)).intoArray(z, im + 3 * part + i);
            FloatVector o4r = e0r.sub(f0r);
            FloatVector o4i = e0i.sub(f0i);
            o4r.fma(w4r, o4i.mul(w4i)).intoArray(z, re + 4 * part + i);
            o4i.mul(w4r).sub(o4r.mul(w4i)).intoArray(z, im + 4 * part + i);
            FloatVector o5r = ys.fma(minusRoot, xr);
            FloatVector o5i = yd.fma(root, xi);
            o5r.fma(w5r, o5i.mul(w5i)).intoArray(z, re + 5 * part + i);
            o5i.mul(w5r).sub(o5r.mul(w5i)).intoArray(z, im + 5 * part + i);
            FloatVector o6r = e1r.sub(f1i);
            FloatVector o6i = e1i.add(f1r);
            o6r.fma(w6r, o6i.mul(w6i)).intoArray(z, re + 6 * part + i);
            o6i.mul(w6r).sub(o6r.mul(w6i)).intoArray(z, im + 6 * part + i);
            FloatVector o7r = vd.fma(root, ur);
            FloatVector o7i = vs.fma(root, ui);
            o7r.fma(w7r, o7i.mul(w7i)).intoArray(z, re + 7 * part + i);
            o7i.mul(w7r).sub(o7r.mul(w7i)).intoArray(z, im + 7 * part + i);
        }
    }
}
