package io.longwave.ssm.discretize;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

import io.longwave.kernel.DiagonalKernel;
import io.longwave.kernel.Transform;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;

/**
 * The trained numbers of H diagonal systems as the published code keeps them: dt = f(inv_dt), A = −g(A_real) − i k(A_imag). A and B come in
 * copies that the channels share, channel h using copy h mod copies; C and dt are always a channel's own.
 *
 * @param invDt [H, 1] or [H, n]
 * @param aReal,aImag [copies, n]
 * @param b [copies, n, 2]
 * @param c [heads, H, n, 2]
 */
public record RawModes(Layout layout, double[] invDt, double[] aReal, double[] aImag, double[] b, double[] c) {

    public RawModes {
        layout.require("inv_dt", layout.steps(), invDt);
        layout.require("A_real", layout.copies * layout.modes, aReal);
        layout.require("A_imag", layout.copies * layout.modes, aImag);
        layout.require("B", 2 * layout.copies * layout.modes, b);
        layout.require("C", 2 * layout.heads * layout.channels * layout.modes, c);
    }

    /**
     * Sizes and transforms.
     *
     * @param heads outputs per channel, each with a C of its own
     * @param channels H
     * @param copies independent A and B, at most H
     * @param modes n
     * @param stepPerMode whether dt is [H, n] rather than [H, 1]
     */
    public record Layout(int heads, int channels, int copies, int modes, boolean stepPerMode, Transform dtTransform,
            Transform realTransform, Transform imagTransform) {
        public Layout {
            if (heads < 1 || channels < 1 || modes < 1) {
                throw new IllegalArgumentException(
                        "modes: expected heads, channels and modes of at least 1 but was " + heads + ", " + channels + ", " + modes);
            }
            if (copies < 1 || copies > channels) {
                throw new IllegalArgumentException("copies: expected 1 to the " + channels + " channels but was " + copies);
            }
        }

        public int steps() {
            return channels * (stepPerMode ? modes : 1);
        }

        private void require(String name, int size, double[] values) {
            if (values.length != size) {
                throw new IllegalArgumentException(name + ": expected " + size + " numbers but was " + values.length);
            }
        }

        /** What {@link DiagonalKernel} needs to know. */
        DiagonalKernel.Form form(Discretization discretization) {
            return new DiagonalKernel.Form(heads, channels, copies, modes, stepPerMode, dtTransform, realTransform, imagTransform,
                    discretization.rule());
        }

        int step(int channel, int mode) {
            return stepPerMode ? channel * modes + mode : channel;
        }

        int shared(int channel, int mode) {
            return channel % copies * modes + mode;
        }
    }

    /** The systems these numbers stand for. */
    public DiagonalSystem system() {
        int size = layout.channels * layout.modes;
        double[] steps = each(layout.dtTransform::value, invDt);
        double[] real = each(layout.realTransform::value, aReal);
        double[] imag = each(layout.imagTransform::value, aImag);
        double[] dt = new double[size];
        Complex[] a = new Complex[size];
        Complex[] ownB = new Complex[size];
        for (int h = 0; h < layout.channels; h++) {
            for (int m = 0; m < layout.modes; m++) {
                int i = h * layout.modes + m;
                int shared = layout.shared(h, m);
                dt[i] = steps[layout.step(h, m)];
                a[i] = new Complex(-real[shared], -imag[shared]);
                ownB[i] = new Complex(b[2 * shared], b[2 * shared + 1]);
            }
        }
        return new DiagonalSystem(layout.heads, layout.channels, layout.modes, dt, a, ownB, ComplexArrays.of(c));
    }

    /** Once for each number, not for each of the channels and modes that share it. */
    private static double[] each(DoubleUnaryOperator function, double[] raw) {
        return Arrays.stream(raw).map(function).toArray();
    }

    /** The same with another C, [heads, H, n, 2]. */
    public RawModes withC(double[] other) {
        return new RawModes(layout, invDt, aReal, aImag, b, other);
    }
}
