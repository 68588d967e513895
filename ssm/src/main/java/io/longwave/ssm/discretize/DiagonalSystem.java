package io.longwave.ssm.discretize;

import io.longwave.kernel.VandermondeKernel.Modes;
import io.longwave.ssm.complex.Complex;

/**
 * H diagonal systems of n modes in continuous time, each with its step size.
 *
 * @param heads outputs per channel
 * @param channels H
 * @param modes n
 * @param dt,a,b [H, n]; owned by the record
 * @param c [heads, H, n]; owned by the record
 */
public record DiagonalSystem(int heads, int channels, int modes, double[] dt, Complex[] a, Complex[] b, Complex[] c) {

    /** dB, [H, n]. */
    public Complex[] discreteB(Discretization discretization) {
        Complex[] out = new Complex[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = b[i].times(discretization.hold(a[i].times(dt[i]))).times(dt[i]);
        }
        return out;
    }

    /** log dA, [H, n]. */
    public Complex[] logA(Discretization discretization) {
        Complex[] out = new Complex[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = discretization.logStep(a[i].times(dt[i]));
        }
        return out;
    }

    /** dA, [H, n]. */
    public Complex[] discreteA(Discretization discretization) {
        Complex[] out = logA(discretization);
        for (int i = 0; i < out.length; i++) {
            out[i] = out[i].exp();
        }
        return out;
    }

    /** Modes of the kernels K[head, h, l] = 2 Re Σ C dB dA^l, rows head-major. */
    public Modes kernelModes(Discretization discretization) {
        return modes(discreteB(discretization), logA(discretization));
    }

    /**
     * Modes with weights C times {@code input}, each standing for itself and its conjugate.
     *
     * @param input,logs [H, n]
     */
    public Modes modes(Complex[] input, Complex[] logs) {
        int rows = heads * channels;
        double[][] out = new double[4][rows * modes];
        for (int j = 0; j < rows * modes; j++) {
            int i = j % (channels * modes);
            Complex weight = c[j].times(input[i]);
            out[0][j] = weight.re();
            out[1][j] = weight.im();
            out[2][j] = logs[i].re();
            out[3][j] = logs[i].im();
        }
        return new Modes(rows, modes, 2, out[0], out[1], out[2], out[3]);
    }
}
