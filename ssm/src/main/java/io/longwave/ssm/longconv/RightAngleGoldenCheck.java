package io.longwave.ssm.longconv;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.LongConvolution.Gradients;
import io.longwave.kernel.LongConvolution.Terms;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCaseException;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.tensor.Tensor;

/**
 * Cases {@code longconv-rightangle}: convolution modulo x^N − i of one channel. Spectra are the transforms of x[n] θ^n; in the two-factor
 * form θ is folded into the factors.
 */
final class RightAngleGoldenCheck implements GoldenCheck {

    @Override
    public String kind() {
        return "longconv-rightangle";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int n = golden.configInt("length");
        int n1 = golden.configInt("N1");
        int n2 = golden.configInt("N2");
        if (n1 * n2 != n) {
            throw new GoldenCaseException(
                    "expected config.N1 times config.N2 to be config.length but was " + n1 + " times " + n2 + " and " + n);
        }
        int[] shape = golden.input("u").shape();
        int batch = shape.length == 2 ? shape[0] : 0;
        double[] u = golden.input("u").require("inputs.u", batch, n).data();
        double[] k = golden.input("k").require("inputs.k", n).data();
        double[] dy = golden.input("dy").require("inputs.dy", batch, n).data();

        Map<String, double[]> outputs = new LinkedHashMap<>();
        ComplexRows spectra = turned(u, batch, n).transformed(kernels);
        outputs.put("U_hat", spectra.pairs());
        outputs.put("K_hat", turned(k, 1, n).transformed(kernels).pairs());

        double quarter = 1.0 / (4 * n); // θ in turns
        ComplexRows f1 = ComplexRows.unit(n1, n1, (k1, m) -> -(double) k1 * m / n1 + quarter * m * n2);
        ComplexRows tw = ComplexRows.unit(n1, n2, (k1, m) -> -(double) k1 * m / n + quarter * m);
        ComplexRows f2 = ComplexRows.unit(n2, n2, (m, k2) -> -(double) m * k2 / n2);
        outputs.put("F1", f1.pairs());
        outputs.put("Tw", tw.pairs());
        outputs.put("F2", f2.pairs());
        ComplexRows first = new ComplexRows(n1, n2, Arrays.copyOf(u, n), new double[n]);
        outputs.put("stage3_row0", f1.product(first).times(tw).product(f2).pairs());

        Tensor input = kernels.of(u, 1, batch, n);
        Terms terms = Terms.of(input, kernels.of(k, 1, n));
        Tensor y = kernels.zeros(1, batch, n);
        kernels.longConvolution().forward(terms, y);
        Tensor du = kernels.zeros(1, batch, n);
        Tensor dk = kernels.zeros(1, n);
        kernels.longConvolution().backward(terms, kernels.of(dy, 1, batch, n), new Gradients(du, dk, null, null, null, null));
        outputs.put("y", kernels.toDoubles(y));
        outputs.put("du", kernels.toDoubles(du));
        outputs.put("dk", kernels.toDoubles(dk));
        return new Computed(outputs, Map.of());
    }

    /** x[n] θ^n. */
    private static ComplexRows turned(double[] x, int rows, int n) {
        return new ComplexRows(rows, n, x, new double[x.length]).times(ComplexRows.unit(rows, n, (_, i) -> (double) i / (4 * n)));
    }

    @Override
    public Bounds doublePrecisionBounds(GoldenCase golden) {
        return new Bounds(1e-11, 1e-10, 1);
    }

    /** Gradients stand among the outputs here. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-5, 1e-4, 1);
    }
}
