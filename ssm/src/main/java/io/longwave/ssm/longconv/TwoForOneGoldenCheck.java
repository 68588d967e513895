package io.longwave.ssm.longconv;

import java.util.Arrays;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCaseException;
import io.longwave.ssm.golden.GoldenCheck;

/**
 * Cases {@code longconv-two-for-one}: two real rows with kernels of their own in one complex transform of z = u0 + i u1,
 * Y = P Z + M Zc with Zc[k] = conj(Z[−k]), P = (K0 + K1)/2, M = (K0 − K1)/2.
 */
final class TwoForOneGoldenCheck implements GoldenCheck {

    @Override
    public String kind() {
        return "longconv-two-for-one";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int length = golden.configInt("length");
        int size = golden.configInt("fft");
        if (size < length) {
            throw new GoldenCaseException("config.fft: expected at least the length, " + length + ", but was " + size);
        }
        double[] u = golden.input("u").require("inputs.u", 2, length).data();
        double[] k = golden.input("k").require("inputs.k", 2, length).data();
        ComplexRows z = new ComplexRows(1, size, padded(u, 0, length, size), padded(u, length, length, size)).transformed(kernels);
        double[] none = new double[size];
        ComplexRows k0 = new ComplexRows(1, size, padded(k, 0, length, size), none).transformed(kernels);
        ComplexRows k1 = new ComplexRows(1, size, padded(k, length, length, size), none).transformed(kernels);
        ComplexRows p = combined(k0, k1, 0.5);
        ComplexRows m = combined(k0, k1, -0.5);
        ComplexRows pz = p.times(z);
        ComplexRows mz = m.times(mirrored(z));
        ComplexRows y = new ComplexRows(1, size, sum(pz.re(), mz.re(), 1, 1), sum(pz.im(), mz.im(), 1, 1));
        ComplexRows rows = y.restored(kernels);
        double[] both = Arrays.copyOf(rows.re(), 2 * length);
        System.arraycopy(rows.im(), 0, both, length, length);
        return new Computed(Map.of("Z", z.pairs(), "P", p.pairs(), "M", m.pairs(), "Y", y.pairs(), "y", both), Map.of());
    }

    private static double[] padded(double[] x, int from, int length, int size) {
        double[] out = new double[size];
        System.arraycopy(x, from, out, 0, length);
        return out;
    }

    private static ComplexRows combined(ComplexRows k0, ComplexRows k1, double second) {
        return new ComplexRows(1, k0.size(), sum(k0.re(), k1.re(), 0.5, second), sum(k0.im(), k1.im(), 0.5, second));
    }

    private static double[] sum(double[] a, double[] b, double onA, double onB) {
        double[] out = new double[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = onA * a[i] + onB * b[i];
        }
        return out;
    }

    private static ComplexRows mirrored(ComplexRows z) {
        double[] re = new double[z.size()];
        double[] im = new double[z.size()];
        for (int i = 0; i < z.size(); i++) {
            int mirror = (z.size() - i) % z.size();
            re[i] = z.re()[mirror];
            im[i] = -z.im()[mirror];
        }
        return new ComplexRows(1, z.size(), re, im);
    }

    @Override
    public Bounds doublePrecisionBounds(GoldenCase golden) {
        return new Bounds(1e-11, 1e-10, 1);
    }

    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-5, 1e-4, 1);
    }
}
