package io.longwave.kernel.simd;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.CauchyKernel;
import io.longwave.kernel.WoodburyCorrection;
import io.longwave.tensor.Tensor;

/**
 * Blocks of {@value #BLOCK} frequencies, whose tables of inverses stay in the second-level cache: first the inverses of all modes, then all
 * sums of pairs over them. One task per channel; the backward pass makes the tables again rather than keeping them.
 */
final class SimdCauchyKernel implements CauchyKernel {
    private static final int BLOCK = 512;

    private final WorkPool pool;
    private final ThreadLocal<@Nullable Work> work = new ThreadLocal<>();
    private volatile @Nullable Nodes nodes;

    SimdCauchyKernel(WorkPool pool) {
        this.pool = pool;
    }

    @Override
    public void sums(LowRankModes modes, int length, Tensor reTensor, Tensor imTensor) {
        CauchyKernel.check(modes.lefts() * modes.rights() * modes.channels(), length, reTensor, imTensor);
        float[] re = SimdTensor.of(reTensor);
        float[] im = SimdTensor.of(imTensor);
        int frequencies = CauchyKernel.frequencies(length);
        int finite = CauchyKernel.finiteFrequencies(length);
        double[] nodes = nodes(length);
        pool.run(modes.channels(), h -> {
            Work x = work(modes);
            for (int pair = 0; pair < x.pairs; pair++) {
                re[(pair * modes.channels() + h + 1) * frequencies - 1] = 0;
                im[(pair * modes.channels() + h + 1) * frequencies - 1] = 0;
            }
            x.takeChannel(h);
            for (int from = 0; from < finite; from += BLOCK) {
                x.sums(nodes, from, length);
                for (int pair = 0; pair < x.pairs; pair++) {
                    int row = (pair * modes.channels() + h) * frequencies + from;
                    for (int k = 0; k < Math.min(BLOCK, finite - from); k++) {
                        re[row + k] = (float) x.re[pair * BLOCK + k];
                        im[row + k] = (float) x.im[pair * BLOCK + k];
                    }
                }
            }
        });
    }

    @Override
    public void forward(LowRankModes modes, int length, Tensor reTensor, Tensor imTensor) {
        CauchyKernel.check(modes, length, reTensor, imTensor);
        float[] re = SimdTensor.of(reTensor);
        float[] im = SimdTensor.of(imTensor);
        int frequencies = CauchyKernel.frequencies(length);
        int finite = CauchyKernel.finiteFrequencies(length);
        double[] nodes = nodes(length);
        pool.run(modes.channels(), h -> {
            Work x = work(modes);
            x.takeChannel(h);
            WoodburyCorrection at = x.correction;
            for (int from = 0; from < finite; from += BLOCK) {
                x.sums(nodes, from, length);
                for (int k = 0; k < Math.min(BLOCK, finite - from); k++) {
                    x.toCorrection(k);
                    at.forward();
                    double half = 0.5 * x.y[k];
                    for (int c = 0; c < modes.heads(); c++) {
                        int out = (c * modes.channels() + h) * frequencies + from + k;
                        re[out] = (float) (at.resultRe[c] - half * at.resultIm[c]);
                        im[out] = (float) (at.resultIm[c] + half * at.resultRe[c]);
                    }
                }
            }
            if (finite < frequencies) {
                for (int c = 0; c < modes.heads(); c++) {
                    re[(c * modes.channels() + h) * frequencies + finite] = (float) x.limit(h, c);
                    im[(c * modes.channels() + h) * frequencies + finite] = 0;
                }
            }
        });
    }

    @Override
    public LowRankModes backward(LowRankModes modes, int length, Tensor reTensor, Tensor imTensor) {
        CauchyKernel.check(modes, length, reTensor, imTensor);
        float[] re = SimdTensor.of(reTensor);
        float[] im = SimdTensor.of(imTensor);
        int frequencies = CauchyKernel.frequencies(length);
        int finite = CauchyKernel.finiteFrequencies(length);
        LowRankModes out = modes.zeros();
        double[] nodes = nodes(length);
        pool.run(modes.channels(), h -> {
            Work x = work(modes);
            x.takeChannel(h);
            WoodburyCorrection at = x.correction;
            for (int from = 0; from < finite; from += BLOCK) {
                x.sums(nodes, from, length);
                int count = Math.min(BLOCK, finite - from);
                for (int k = 0; k < count; k++) {
                    x.toCorrection(k);
                    double half = 0.5 * x.y[k];
                    for (int c = 0; c < modes.heads(); c++) {
                        int row = (c * modes.channels() + h) * frequencies + from + k;
                        at.resultRe[c] = re[row] + half * im[row];
                        at.resultIm[c] = im[row] - half * re[row];
                    }
                    at.backward();
                    x.fromCorrection(k);
                }
                x.addGradient(h, count, out);
            }
            if (finite < frequencies) {
                for (int c = 0; c < modes.heads(); c++) {
                    x.addLimitGradient(h, c, re[(c * modes.channels() + h) * frequencies + finite], out);
                }
            }
        });
        return out;
    }

    /** y of all finite frequencies, the last one repeated to the end of a block. */
    private double[] nodes(int length) {
        Nodes kept = nodes;
        if (kept == null || kept.length != length) {
            int finite = CauchyKernel.finiteFrequencies(length);
            double[] y = new double[finite + CauchyTiles.STEP];
            for (int k = 0; k < y.length; k++) {
                y[k] = 2 * StrictMath.tan(Math.PI * Math.min(k, finite - 1) / length);
            }
            kept = new Nodes(length, y);
            nodes = kept;
        }
        return kept.y;
    }

    private record Nodes(int length, double[] y) {}

    private Work work(LowRankModes modes) {
        Work kept = work.get();
        if (kept == null || !kept.fits(modes)) {
            kept = new Work(modes);
            work.set(kept);
        }
        kept.modes = modes;
        return kept;
    }

    /** Working arrays of one thread for one layout of modes. */
    private static final class Work {
        private LowRankModes modes;
        private int channel;
        private final int pairs;
        private final int size;
        private final WoodburyCorrection correction;
        private final double[] y = new double[BLOCK];
        private final double[] fRe;
        private final double[] fIm;
        private final double[] dfRe;
        private final double[] dfIm;
        private final double[] p;
        private final double[] q;
        private final double[] pOfPair;
        private final double[] qOfPair;
        private final double[] re;
        private final double[] im;
        private final double[] lanes = new double[2 * CauchyTiles.WIDTH];

        Work(LowRankModes modes) {
            this.modes = modes;
            this.size = modes.modes();
            this.pairs = modes.lefts() * modes.rights();
            this.correction = new WoodburyCorrection(modes.heads(), modes.rank());
            this.fRe = new double[size * BLOCK];
            this.fIm = new double[size * BLOCK];
            this.dfRe = new double[BLOCK];
            this.dfIm = new double[BLOCK];
            this.p = new double[pairs * size];
            this.q = new double[pairs * size];
            this.pOfPair = new double[size];
            this.qOfPair = new double[size];
            this.re = new double[pairs * BLOCK];
            this.im = new double[pairs * BLOCK];
        }

        boolean fits(LowRankModes other) {
            return modes.modes() == other.modes() && modes.heads() == other.heads() && modes.rank() == other.rank();
        }

        /** p and q of all pairs and modes of a channel. */
        void takeChannel(int h) {
            int vector = modes.poleRe().length;
            for (int pair = 0; pair < pairs; pair++) {
                for (int n = 0; n < size; n++) {
                    int m = h * size + n;
                    int left = pair / modes.rights() * vector + m;
                    int right = pair % modes.rights() * vector + m;
                    double vRe = modes.leftRe()[left] * modes.rightRe()[right] - modes.leftIm()[left] * modes.rightIm()[right];
                    double vIm = modes.leftRe()[left] * modes.rightIm()[right] + modes.leftIm()[left] * modes.rightRe()[right];
                    p[pair * size + n] = -2 * (vRe * modes.poleRe()[m] + vIm * modes.poleIm()[m]);
                    q[pair * size + n] = 2 * vRe;
                }
            }
            channel = h;
        }

        /** Inverses and sums of one block of frequencies. Places past the last frequency are filled and not used. */
        void sums(double[] nodes, int from, int length) {
            int count = padded(Math.min(BLOCK, CauchyKernel.finiteFrequencies(length) - from));
            System.arraycopy(nodes, from, y, 0, count);
            for (int n = 0; n < size; n++) {
                int m = channel * size + n;
                CauchyTiles.inverses(modes.poleRe()[m], modes.poleIm()[m], y, count, fRe, fIm, n * BLOCK);
            }
            for (int pair = 0; pair < pairs; pair++) {
                System.arraycopy(p, pair * size, pOfPair, 0, size);
                System.arraycopy(q, pair * size, qOfPair, 0, size);
                CauchyTiles.sums(size, pOfPair, qOfPair, y, count, fRe, fIm, BLOCK, re, im, pair * BLOCK);
            }
        }

        private static int padded(int count) {
            return (count + CauchyTiles.STEP - 1) / CauchyTiles.STEP * CauchyTiles.STEP;
        }

        void toCorrection(int k) {
            for (int pair = 0; pair < pairs; pair++) {
                correction.re[pair] = re[pair * BLOCK + k];
                correction.im[pair] = im[pair * BLOCK + k];
            }
        }

        void fromCorrection(int k) {
            for (int pair = 0; pair < pairs; pair++) {
                re[pair * BLOCK + k] = correction.re[pair];
                im[pair * BLOCK + k] = correction.im[pair];
            }
        }

        /** From the gradient of the sums, which stands in their place, to poles and vectors. */
        void addGradient(int h, int count, LowRankModes out) {
            int padded = padded(count);
            for (int pair = 0; pair < pairs; pair++) {
                for (int k = count; k < padded; k++) {
                    re[pair * BLOCK + k] = 0;
                    im[pair * BLOCK + k] = 0;
                }
            }
            int vector = modes.poleRe().length;
            for (int n = 0; n < size; n++) {
                int m = h * size + n;
                double wRe = modes.poleRe()[m];
                double wIm = modes.poleIm()[m];
                for (int pair = 0; pair < pairs; pair++) {
                    CauchyTiles.termGradient(p[pair * size + n], q[pair * size + n], y, padded, fRe, fIm, dfRe, dfIm, n * BLOCK, re, im,
                            pair * BLOCK, pair == 0, lanes);
                    double dp = sum(0);
                    double dq = sum(CauchyTiles.WIDTH);
                    int left = pair / modes.rights() * vector + m;
                    int right = pair % modes.rights() * vector + m;
                    double vRe = modes.leftRe()[left] * modes.rightRe()[right] - modes.leftIm()[left] * modes.rightIm()[right];
                    double vIm = modes.leftRe()[left] * modes.rightIm()[right] + modes.leftIm()[left] * modes.rightRe()[right];
                    addProduct(left, right, 2 * dq - 2 * wRe * dp, -2 * wIm * dp, out);
                    out.poleRe()[m] -= 2 * vRe * dp;
                    out.poleIm()[m] -= 2 * vIm * dp;
                }
                CauchyTiles.inverseGradient(y, padded, fRe, fIm, dfRe, dfIm, n * BLOCK, lanes);
                double real = sum(0);
                double imaginary = sum(CauchyTiles.WIDTH);
                out.poleRe()[m] += 2 * wRe * real - 2 * imaginary;
                out.poleIm()[m] += 2 * wIm * real;
            }
        }

        private double sum(int at) {
            double sum = 0;
            for (int l = 0; l < CauchyTiles.WIDTH; l++) {
                sum += lanes[at + l];
            }
            return sum;
        }

        private void addProduct(int left, int right, double dvRe, double dvIm, LowRankModes out) {
            out.leftRe()[left] += dvRe * modes.rightRe()[right] + dvIm * modes.rightIm()[right];
            out.leftIm()[left] += dvIm * modes.rightRe()[right] - dvRe * modes.rightIm()[right];
            out.rightRe()[right] += dvRe * modes.leftRe()[left] + dvIm * modes.leftIm()[left];
            out.rightIm()[right] += dvIm * modes.leftRe()[left] - dvRe * modes.leftIm()[left];
        }

        double limit(int h, int head) {
            double sum = 0;
            for (int m = h * size; m < (h + 1) * size; m++) {
                int right = head * modes.poleRe().length + m;
                sum += modes.leftRe()[m] * modes.rightRe()[right] - modes.leftIm()[m] * modes.rightIm()[right];
            }
            return sum;
        }

        void addLimitGradient(int h, int head, double g, LowRankModes out) {
            for (int m = h * size; m < (h + 1) * size; m++) {
                addProduct(m, head * modes.poleRe().length + m, g, 0, out);
            }
        }
    }
}
