package io.longwave.kernel.simd;

import io.longwave.kernel.VandermondeKernel;
import io.longwave.tensor.Tensor;

/**
 * The powers split as l = 64 a + b, so that a row of the kernel is one real product [L / 64, 2n] · [2n, 64] and its gradient one product
 * [L / 64, 64] · [64, 4n]. The two tables are made in float64 by short chains of multiplications, 64 and L / 64 long, and rounded once: a
 * phase of thousands of radians never meets float32. One task per row.
 */
final class SimdVandermondeKernel implements VandermondeKernel {
    private static final int SPLIT = 64;
    /** Powers below this are zero: next to 1 they are lost, and their products would be subnormal numbers. */
    private static final double NEGLIGIBLE = 1e-16;

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdVandermondeKernel(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    @Override
    public void forward(Modes modes, int start, Tensor kernelTensor) {
        VandermondeKernel.check(modes, start, kernelTensor);
        float[] kernel = SimdTensor.of(kernelTensor);
        int length = kernelTensor.dim(1);
        int blocks = length / SPLIT;
        int rest = length % SPLIT;
        int inner = 2 * modes.count();
        pool.run(modes.rows(), row -> {
            float[] coarse = scratch.get().array(0, (blocks + 1) * inner);
            float[] fine = scratch.get().array(1, inner * SPLIT);
            for (int n = 0; n < modes.count(); n++) {
                int i = row * modes.count() + n;
                coarsePowers(modes, i, start, blocks + 1, coarse, n, inner);
                finePowers(modes, i, fine, n * SPLIT, 1, (modes.count() + n) * SPLIT, false);
            }
            int at = row * length;
            Gemm.multiply(blocks, SPLIT, inner, coarse, 0, inner, 1, fine, 0, SPLIT, kernel, at, SPLIT, false);
            Gemm.multiply(1, rest, inner, coarse, blocks * inner, inner, 1, fine, 0, SPLIT, kernel, at + blocks * SPLIT, SPLIT, false);
        });
    }

    /** Column n of the left table: f Re(w z^(start + 64 a)), and f times minus the imaginary part in column count + n. */
    private static void coarsePowers(Modes modes, int i, int start, int blocks, float[] table, int column, int stride) {
        double size = StrictMath.exp(modes.logRe()[i] * SPLIT);
        double phase = modes.logIm()[i] * SPLIT;
        double stepRe = size * StrictMath.cos(phase);
        double stepIm = size * StrictMath.sin(phase);
        double wRe = modes.factor() * modes.weightRe()[i];
        double wIm = modes.factor() * modes.weightIm()[i];
        double re = StrictMath.exp(modes.logRe()[i] * start) * StrictMath.cos(modes.logIm()[i] * start);
        double im = StrictMath.exp(modes.logRe()[i] * start) * StrictMath.sin(modes.logIm()[i] * start);
        for (int a = 0; a < blocks; a++) {
            table[a * stride + column] = (float) (wRe * re - wIm * im);
            table[a * stride + modes.count() + column] = (float) -(wRe * im + wIm * re);
            double next = kept(re * stepRe - im * stepIm);
            im = kept(re * stepIm + im * stepRe);
            re = next;
        }
    }

    /**
     * z^b for b &lt; 64, real parts from {@code reAt} on and imaginary parts from {@code imAt} on, {@code stride} apart.
     *
     * @param weighted whether b z^b is wanted
     */
    private static void finePowers(Modes modes, int i, float[] table, int reAt, int stride, int imAt, boolean weighted) {
        double size = StrictMath.exp(modes.logRe()[i]);
        double stepRe = size * StrictMath.cos(modes.logIm()[i]);
        double stepIm = size * StrictMath.sin(modes.logIm()[i]);
        double re = 1;
        double im = 0;
        for (int b = 0; b < SPLIT; b++) {
            table[reAt + b * stride] = (float) (weighted ? b * re : re);
            table[imAt + b * stride] = (float) (weighted ? b * im : im);
            double next = kept(re * stepRe - im * stepIm);
            im = kept(re * stepIm + im * stepRe);
            re = next;
        }
    }

    private static double kept(double power) {
        return Math.abs(power) < NEGLIGIBLE ? 0 : power;
    }

    @Override
    public ModeGradient backward(Modes modes, int start, Tensor gradientTensor) {
        VandermondeKernel.check(modes, start, gradientTensor);
        float[] gradient = SimdTensor.of(gradientTensor);
        int length = gradientTensor.dim(1);
        int blocks = length / SPLIT;
        int rest = length % SPLIT;
        int count = modes.count();
        int columns = 4 * count;
        ModeGradient out = ModeGradient.zeros(modes);
        pool.run(modes.rows(), row -> {
            float[] fine = scratch.get().array(0, SPLIT * columns);
            float[] sums = scratch.get().array(1, (blocks + 1) * columns);
            for (int n = 0; n < count; n++) {
                int i = row * count + n;
                finePowers(modes, i, fine, n, columns, count + n, false);
                finePowers(modes, i, fine, 2 * count + n, columns, 3 * count + n, true);
            }
            int at = row * length;
            Gemm.multiply(blocks, columns, SPLIT, gradient, at, SPLIT, 1, fine, 0, columns, sums, 0, columns, false);
            Gemm.multiply(1, columns, rest, gradient, at + blocks * SPLIT, SPLIT, 1, fine, 0, columns, sums, blocks * columns, columns,
                    false);
            for (int n = 0; n < count; n++) {
                gather(modes, row * count + n, start, blocks + 1, sums, n, out);
            }
        });
        return out;
    }

    /** S = Σ_a z^(64 a) P[a] and T = Σ_a z^(64 a) ((start + 64 a) P[a] + Q[a]), P and Q being the sums over b without and with b. */
    private static void gather(Modes modes, int i, int start, int blocks, float[] sums, int column, ModeGradient out) {
        int count = modes.count();
        double size = StrictMath.exp(modes.logRe()[i] * SPLIT);
        double stepRe = size * StrictMath.cos(modes.logIm()[i] * SPLIT);
        double stepIm = size * StrictMath.sin(modes.logIm()[i] * SPLIT);
        double re = modes.factor() * StrictMath.exp(modes.logRe()[i] * start) * StrictMath.cos(modes.logIm()[i] * start);
        double im = modes.factor() * StrictMath.exp(modes.logRe()[i] * start) * StrictMath.sin(modes.logIm()[i] * start);
        double sRe = 0;
        double sIm = 0;
        double tRe = 0;
        double tIm = 0;
        for (int a = 0; a < blocks; a++) {
            int at = a * 4 * count + column;
            double pRe = sums[at];
            double pIm = sums[at + count];
            double power = start + (double) SPLIT * a;
            double qRe = power * pRe + sums[at + 2 * count];
            double qIm = power * pIm + sums[at + 3 * count];
            sRe += re * pRe - im * pIm;
            sIm += re * pIm + im * pRe;
            tRe += re * qRe - im * qIm;
            tIm += re * qIm + im * qRe;
            double next = kept(re * stepRe - im * stepIm);
            im = kept(re * stepIm + im * stepRe);
            re = next;
        }
        out.weightRe()[i] = sRe;
        out.weightIm()[i] = -sIm;
        out.logRe()[i] = modes.weightRe()[i] * tRe - modes.weightIm()[i] * tIm;
        out.logIm()[i] = -(modes.weightRe()[i] * tIm + modes.weightIm()[i] * tRe);
    }
}
