package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.tensor.Tensor;

/** Products of more than one tile; {@link KernelsContract} has the small ones. */
public abstract class MatrixProductContract extends KernelComparison {

    @ParameterizedTest
    @CsvSource({"1, 65, 130, 7", "2, 128, 128, 40", "1, 129, 132, 33", "3, 70, 67, 16", "1, 5, 300, 64", "1, 200, 3, 9", "1, 66, 68, 530",
            "2, 9, 10, 777"})
    void productsOfSeveralTilesEqualPlainSums(int groups, int m, int n, int k) {
        Gen.forAll(3, gen -> {
            int side = gen.between(0, 2);
            boolean accumulate = gen.coin();
            double[] a = gen.numbers(groups * m * k);
            double[] b = gen.numbers(groups * k * n);
            double[] c = gen.numbers(groups * m * n);
            agrees(kernels -> new double[][]{product(kernels, groups, m, n, k, a, side == 1, b, side == 2, c, accumulate)},
                    20 + (int) Math.sqrt(k)); // roundings of long sums go in all directions
        });
    }

    private static double[] product(Kernels kernels, int groups, int m, int n, int k, double[] a, boolean transposeA, double[] b,
            boolean transposeB, double[] c, boolean accumulate) {
        Tensor out = kernels.of(c, groups, m, n);
        kernels.matrixProduct().multiply(transposeA ? kernels.of(a, groups, k, m) : kernels.of(a, groups, m, k), transposeA,
                transposeB ? kernels.of(b, groups, n, k) : kernels.of(b, groups, k, n), transposeB, out, accumulate);
        return kernels.toDoubles(out);
    }

    /** Sums of 192 numbers in float32 are off by about six units of rounding, numbers cut to fewer bits by thousands. */
    @Test
    void productsHaveTheAccuracyOfTheirPrecision() {
        Gen.forAll(1, gen -> {
            int m = 66;
            int n = 72;
            int k = 192;
            double[] a = gen.numbers(m * k);
            double[] b = gen.numbers(k * n);
            double[] expected = product(exact, 1, m, n, k, a, false, b, false, new double[m * n], false);
            double[] found = product(kernels(), 1, m, n, k, a, false, b, false, new double[m * n], false);
            double error = 0;
            double size = 0;
            for (int i = 0; i < expected.length; i++) {
                error += (found[i] - expected[i]) * (found[i] - expected[i]);
                size += expected[i] * expected[i];
            }
            assertThat(Math.sqrt(error / size)).isLessThan(16 * kernels().roundingUnit());
        });
    }
}
