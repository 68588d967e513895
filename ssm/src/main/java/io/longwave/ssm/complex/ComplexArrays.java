package io.longwave.ssm.complex;

import java.util.Arrays;

/** Between complex numbers and the pairs of real numbers that files and tensors hold. */
public final class ComplexArrays {
    private ComplexArrays() {}

    /** (re, im) pairs, row after row. */
    public static double[] interleaved(Complex[]... rows) {
        int size = Arrays.stream(rows).mapToInt(row -> row.length).sum();
        double[] out = new double[2 * size];
        int at = 0;
        for (Complex[] row : rows) {
            for (Complex value : row) {
                out[at++] = value.re();
                out[at++] = value.im();
            }
        }
        return out;
    }

    /** Numbers of (re, im) pairs. */
    public static Complex[] of(double[] pairs) {
        Complex[] out = new Complex[pairs.length / 2];
        for (int i = 0; i < out.length; i++) {
            out[i] = new Complex(pairs[2 * i], pairs[2 * i + 1]);
        }
        return out;
    }

    public static double[] real(Complex[] values) {
        return Arrays.stream(values).mapToDouble(Complex::re).toArray();
    }

    public static double[] imaginary(Complex[] values) {
        return Arrays.stream(values).mapToDouble(Complex::im).toArray();
    }

    /** An array of zeros. */
    public static Complex[] zeros(int size) {
        Complex[] out = new Complex[size];
        Arrays.fill(out, Complex.ZERO);
        return out;
    }
}
