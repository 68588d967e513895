package io.longwave.ssm.discretize;

import io.longwave.kernel.VandermondeKernel.ModeGradient;
import io.longwave.kernel.VandermondeKernel.Modes;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;

/**
 * H diagonal systems of n modes in continuous time, each with its step size. A gradient of such systems has the same layout.
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
        return modes(2, discreteB(discretization), logA(discretization));
    }

    /**
     * Modes with weights C times {@code input}.
     *
     * @param input,logs [H, n]
     */
    public Modes modes(double factor, Complex[] input, Complex[] logs) {
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
        return new Modes(rows, modes, factor, out[0], out[1], out[2], out[3]);
    }

    /** Gradients of dt, A, B and C from those of {@link #kernelModes}. */
    public DiagonalSystem gradient(Discretization discretization, ModeGradient found) {
        double[] gradDt = new double[dt.length];
        Complex[] gradA = new Complex[a.length];
        Complex[] gradB = new Complex[b.length];
        Complex[] gradC = new Complex[c.length];
        Complex[] gradInput = ComplexArrays.zeros(a.length);
        Complex[] gradLog = ComplexArrays.zeros(a.length);
        Complex[] input = discreteB(discretization);
        gatherHeads(found, input, gradC, gradInput, gradLog);
        for (int i = 0; i < a.length; i++) {
            Complex x = a[i].times(dt[i]);
            Complex hold = discretization.hold(x);
            gradB[i] = gradInput[i].timesConjugate(hold).times(dt[i]);
            Complex gradX = gradLog[i].timesConjugate(discretization.logStepSlope(x))
                    .plus(gradInput[i].timesConjugate(b[i].times(discretization.holdSlope(x))).times(dt[i]));
            gradA[i] = gradX.times(dt[i]);
            gradDt[i] = gradX.timesConjugate(a[i]).re() + gradInput[i].timesConjugate(b[i].times(hold)).re();
        }
        return new DiagonalSystem(heads, channels, modes, gradDt, gradA, gradB, gradC);
    }

    /**
     * From modes back to C, to what C was multiplied by and to the logarithms.
     *
     * @param gradC [heads, H, n], overwritten
     * @param gradInput,gradLog [H, n], added to
     */
    public void gatherHeads(ModeGradient found, Complex[] input, Complex[] gradC, Complex[] gradInput, Complex[] gradLog) {
        for (int j = 0; j < c.length; j++) {
            int i = j % (channels * modes);
            Complex gradWeight = new Complex(found.weightRe()[j], found.weightIm()[j]);
            gradC[j] = gradWeight.timesConjugate(input[i]);
            gradInput[i] = gradInput[i].plus(gradWeight.timesConjugate(c[j]));
            gradLog[i] = gradLog[i].plus(new Complex(found.logRe()[j], found.logIm()[j]));
        }
    }
}
