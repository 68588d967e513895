package io.longwave.ssm.longconv;

import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;

/**
 * Cases {@code longconv-monarch}: a transform of N = N1 N2 numbers as transforms of N1 over the columns of [N1, N2], factors
 * exp(−2πi k1 n2/N), and transforms of N2 over the rows; bin k1 + N1 k2 stands at [k1, k2].
 */
final class MonarchGoldenCheck implements GoldenCheck {

    @Override
    public String kind() {
        return "longconv-monarch";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int n1 = golden.configInt("N1");
        int n2 = golden.configInt("N2");
        ComplexRows x = ComplexRows.ofPairs(n1, n2, golden.input("x").require("inputs.x", n1 * n2, 2).data());
        ComplexRows stage1 = x.transposed().transformed(kernels).transposed();
        ComplexRows stage2 = stage1.times(ComplexRows.unit(n1, n2, (k1, column) -> -(double) k1 * column / (n1 * n2)));
        ComplexRows stage3 = stage2.transformed(kernels);
        ComplexRows whole = new ComplexRows(1, n1 * n2, x.re(), x.im()).transformed(kernels);
        return new Computed(Map.of("stage1", stage1.pairs(), "stage2", stage2.pairs(), "stage3", stage3.pairs(), "spectrum", whole.pairs()),
                Map.of());
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
