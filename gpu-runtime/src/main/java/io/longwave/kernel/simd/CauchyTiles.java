package io.longwave.kernel.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of the Cauchy sums, one lane per frequency, in float64. A stored mode w and its conjugate have one common denominator: at z = iy
 *
 * <pre>
 *   v / (z − w) + conj(v) / (z − conj(w)) = (p + iy q) F,   p = −2 Re(v conj(w)),  q = 2 Re v
 *   F = 1 / D,   D = (z − w)(z − conj(w)) = (|w| − y)(|w| + y) − 2iy Re w
 * </pre>
 *
 * so that F depends on the pole alone and all pairs of vectors share it. In float64 the common denominator costs nothing: its real part is
 * taken as a product, and what cancels in |w| − y cancels in z − w too.
 */
final class CauchyTiles {
    private static final VectorSpecies<Double> LANES = DoubleVector.SPECIES_PREFERRED;
    static final int WIDTH = LANES.length();
    /** Unrolled over two vectors. */
    static final int STEP = 2 * WIDTH;

    private CauchyTiles() {}

    /** F of one pole at {@code count} frequencies, a multiple of {@link #WIDTH}. */
    static void inverses(double poleRe, double poleIm, double[] y, int count, double[] fRe, double[] fIm, int at) {
        double size = Math.sqrt(poleRe * poleRe + poleIm * poleIm);
        DoubleVector absolute = DoubleVector.broadcast(LANES, size);
        DoubleVector twiceRe = DoubleVector.broadcast(LANES, 2 * poleRe);
        DoubleVector one = DoubleVector.broadcast(LANES, 1);
        for (int k = 0; k < count; k += WIDTH) {
            DoubleVector node = DoubleVector.fromArray(LANES, y, k);
            DoubleVector re = absolute.sub(node).mul(absolute.add(node));
            DoubleVector minusIm = twiceRe.mul(node);
            DoubleVector scale = one.div(re.fma(re, minusIm.mul(minusIm)));
            re.mul(scale).intoArray(fRe, at + k);
            minusIm.mul(scale).intoArray(fIm, at + k);
        }
    }

    /**
     * r[k] = Σ_m (p[m] + iy q[m]) F[m, k].
     *
     * @param count frequencies, a multiple of {@link #STEP}
     * @param stride from one mode to the next in {@code fRe}, {@code fIm}
     */
    static void sums(int modes, double[] p, double[] q, double[] y, int count, double[] fRe, double[] fIm, int stride, double[] re,
            double[] im, int at) {
        for (int k = 0; k < count; k += STEP) {
            DoubleVector a0 = DoubleVector.zero(LANES);
            DoubleVector a1 = DoubleVector.zero(LANES);
            DoubleVector b0 = DoubleVector.zero(LANES);
            DoubleVector b1 = DoubleVector.zero(LANES);
            DoubleVector c0 = DoubleVector.zero(LANES);
            DoubleVector c1 = DoubleVector.zero(LANES);
            DoubleVector d0 = DoubleVector.zero(LANES);
            DoubleVector d1 = DoubleVector.zero(LANES);
            int f = k;
            for (int m = 0; m < modes; m++) {
                DoubleVector pm = DoubleVector.broadcast(LANES, p[m]);
                DoubleVector qm = DoubleVector.broadcast(LANES, q[m]);
                DoubleVector re0 = DoubleVector.fromArray(LANES, fRe, f);
                DoubleVector re1 = DoubleVector.fromArray(LANES, fRe, f + WIDTH);
                DoubleVector im0 = DoubleVector.fromArray(LANES, fIm, f);
                DoubleVector im1 = DoubleVector.fromArray(LANES, fIm, f + WIDTH);
                a0 = pm.fma(re0, a0);
                a1 = pm.fma(re1, a1);
                b0 = pm.fma(im0, b0);
                b1 = pm.fma(im1, b1);
                c0 = qm.fma(re0, c0);
                c1 = qm.fma(re1, c1);
                d0 = qm.fma(im0, d0);
                d1 = qm.fma(im1, d1);
                f += stride;
            }
            DoubleVector y0 = DoubleVector.fromArray(LANES, y, k);
            DoubleVector y1 = DoubleVector.fromArray(LANES, y, k + WIDTH);
            a0.sub(y0.mul(d0)).intoArray(re, at + k);
            a1.sub(y1.mul(d1)).intoArray(re, at + k + WIDTH);
            b0.add(y0.mul(c0)).intoArray(im, at + k);
            b1.add(y1.mul(c1)).intoArray(im, at + k + WIDTH);
        }
    }

    /**
     * Backward of one term of {@link #sums}: the gradients of p and q, and that of F added up over the pairs of vectors.
     *
     * @param gRe,gIm gradient of r from {@code gAt} on
     * @param dfRe,dfIm gradient of F of this mode
     * @param first whether they are overwritten rather than added to
     * @param lanes out: WIDTH partial sums of dp, then WIDTH of dq
     */
    static void termGradient(double p, double q, double[] y, int count, double[] fRe, double[] fIm, double[] dfRe, double[] dfIm, int at,
            double[] gRe, double[] gIm, int gAt, boolean first, double[] lanes) {
        DoubleVector pm = DoubleVector.broadcast(LANES, p);
        DoubleVector qm = DoubleVector.broadcast(LANES, q);
        DoubleVector dp = DoubleVector.zero(LANES);
        DoubleVector dq = DoubleVector.zero(LANES);
        for (int k = 0; k < count; k += WIDTH) {
            DoubleVector node = DoubleVector.fromArray(LANES, y, k);
            DoubleVector gr = DoubleVector.fromArray(LANES, gRe, gAt + k);
            DoubleVector gi = DoubleVector.fromArray(LANES, gIm, gAt + k);
            DoubleVector fr = DoubleVector.fromArray(LANES, fRe, at + k);
            DoubleVector fi = DoubleVector.fromArray(LANES, fIm, at + k);
            dp = gr.fma(fr, gi.fma(fi, dp));
            DoubleVector yr = node.mul(gr);
            DoubleVector yi = node.mul(gi);
            dq = yi.fma(fr, dq).sub(yr.mul(fi));
            DoubleVector re = pm.fma(gr, qm.mul(yi));
            DoubleVector im = pm.mul(gi).sub(qm.mul(yr));
            if (first) {
                re.intoArray(dfRe, k);
                im.intoArray(dfIm, k);
            } else {
                re.add(DoubleVector.fromArray(LANES, dfRe, k)).intoArray(dfRe, k);
                im.add(DoubleVector.fromArray(LANES, dfIm, k)).intoArray(dfIm, k);
            }
        }
        dp.intoArray(lanes, 0);
        dq.intoArray(lanes, WIDTH);
    }

    /**
     * Backward of {@link #inverses}: with dD = −conj(F²) dF, the sums of Re dD and of y Im dD.
     *
     * @param lanes out: WIDTH partial sums of either
     */
    static void inverseGradient(double[] y, int count, double[] fRe, double[] fIm, double[] dfRe, double[] dfIm, int at, double[] lanes) {
        DoubleVector real = DoubleVector.zero(LANES);
        DoubleVector imaginary = DoubleVector.zero(LANES);
        for (int k = 0; k < count; k += WIDTH) {
            DoubleVector fr = DoubleVector.fromArray(LANES, fRe, at + k);
            DoubleVector fi = DoubleVector.fromArray(LANES, fIm, at + k);
            DoubleVector gr = DoubleVector.fromArray(LANES, dfRe, k);
            DoubleVector gi = DoubleVector.fromArray(LANES, dfIm, k);
            DoubleVector squareRe = fr.mul(fr).sub(fi.mul(fi));
            DoubleVector squareIm = fr.mul(fi).add(fr.mul(fi));
            // (sr − i si)(gr + i gi)
            real = real.sub(squareRe.mul(gr)).sub(squareIm.mul(gi));
            DoubleVector im = squareIm.mul(gr).sub(squareRe.mul(gi));
            imaginary = DoubleVector.fromArray(LANES, y, k).fma(im, imaginary);
        }
        real.intoArray(lanes, 0);
        imaginary.intoArray(lanes, WIDTH);
    }
}
