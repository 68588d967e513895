package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.tensor.Tensor;

public abstract class ColumnConvolutionContract extends KernelComparison {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 16, 17, 33})
    void filtersOfAnyBatchEqualTheirFormulaWithTheirGradients(int batch) {
        Gen.forAll(6, gen -> {
            int channels = gen.between(1, 4);
            int variates = gen.between(1, 3);
            int steps = gen.between(1, 9);
            int taps = gen.between(1, 5);
            double[] x = gen.numbers(channels * variates * steps * batch);
            double[] dy = gen.numbers(x.length);
            double[] w = gen.numbers(channels * taps);
            double[] bias = gen.numbers(channels);
            boolean accumulate = gen.coin();
            agrees(kernels -> {
                Tensor xT = kernels.of(x, channels, variates, steps, batch);
                Tensor wT = kernels.of(w, channels, taps);
                Tensor y = kernels.zeros(channels, variates, steps, batch);
                kernels.columnConvolution().forward(xT, wT, kernels.of(bias, channels), y);
                Tensor dx = kernels.of(x, channels, variates, steps, batch);
                Tensor dw = kernels.of(w, channels, taps);
                Tensor db = kernels.of(bias, channels);
                kernels.columnConvolution().backward(xT, wT, kernels.of(dy, channels, variates, steps, batch), dx, accumulate, dw, db);
                return new double[][]{values(kernels, y), values(kernels, dx), values(kernels, dw), values(kernels, db)};
            }, variates * steps * batch);
        });
    }

    @Test
    void gradientsMatchFiniteDifferences() {
        Gen.forAll(4, gen -> {
            double[] x = gen.numbers(2 * 3 * 5 * 2);
            double[] w = gen.numbers(2 * 4);
            double[] bias = gen.numbers(2);
            double[] dy = gen.numbers(x.length);
            Forward forward = (kernels, inputs) -> {
                Tensor y = kernels.zeros(2, 3, 5, 2);
                kernels.columnConvolution().forward(kernels.of(inputs[0], 2, 3, 5, 2), kernels.of(inputs[1], 2, 4),
                        kernels.of(inputs[2], 2), y);
                return values(kernels, y);
            };
            Tensor dx = kernels().zeros(2, 3, 5, 2);
            Tensor dw = kernels().zeros(2, 4);
            Tensor db = kernels().zeros(2);
            kernels().columnConvolution().backward(kernels().of(x, 2, 3, 5, 2), kernels().of(w, 2, 4), kernels().of(dy, 2, 3, 5, 2), dx,
                    false, dw,
                    db);
            near(values(kernels(), dx), difference(forward, 0, dy, x, w, bias), 8);
            near(values(kernels(), dw), difference(forward, 1, dy, x, w, bias), 60);
            near(values(kernels(), db), difference(forward, 2, dy, x, w, bias), 60);
        });
    }

    @Test
    void aStreamCutAnywhereGivesTheBitsOfTheWhole() {
        Gen.forAll(20, gen -> {
            int rows = gen.between(1, 3);
            int batch = gen.between(1, 18);
            int taps = gen.between(1, 5);
            int first = gen.between(1, 6);
            int second = gen.between(1, 6);
            double[] x = gen.numbers(rows * (first + second) * batch);
            Tensor w = kernels().of(gen.numbers(rows * taps), rows, taps);
            Tensor bias = kernels().of(gen.numbers(rows), rows);
            Tensor whole = kernels().zeros(rows, 1, first + second, batch);
            kernels().columnConvolution().forward(kernels().of(x, rows, 1, first + second, batch), w, bias, whole);
            Tensor tail = kernels().zeros(rows, 1, taps - 1, batch);
            double[] found = new double[x.length];
            for (int[] part : new int[][]{{0, first}, {first, second}}) {
                int count = part[1];
                double[] in = new double[rows * count * batch];
                for (int r = 0; r < rows; r++) {
                    System.arraycopy(x, (r * (first + second) + part[0]) * batch, in, r * count * batch, count * batch);
                }
                Tensor y = kernels().zeros(rows, 1, count, batch);
                kernels().columnConvolution().step(kernels().of(in, rows, 1, count, batch), w, bias, tail, y);
                double[] out = kernels().toDoubles(y);
                for (int r = 0; r < rows; r++) {
                    System.arraycopy(out, r * count * batch, found, (r * (first + second) + part[0]) * batch, count * batch);
                }
            }
            assertThat(found).isEqualTo(kernels().toDoubles(whole));
        });
    }
}
