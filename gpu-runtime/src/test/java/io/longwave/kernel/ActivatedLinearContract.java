package io.longwave.kernel;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.tensor.Tensor;

/** Layers of more than one tile; {@link KernelsContract} has the small ones. */
public abstract class ActivatedLinearContract extends KernelComparison {

    @ParameterizedTest
    @CsvSource({"70, 66, 133", "132, 132, 68", "3, 130, 40", "66, 65, 530"})
    void layersOfSeveralTilesEqualPlainSumsWithTheirGradients(int channels, int outputs, int positions) {
        Gen.forAll(2, gen -> {
            boolean residual = channels == outputs && gen.coin();
            boolean accumulate = gen.coin();
            Dropout dropout = gen.coin()
                    ? new Dropout(0.25, gen.between(-1000, 1000), 1)
                    : new Dropout(0.4, gen.between(-1000, 1000), positions);
            double[] s = gen.numbers(channels * positions);
            double[] w = gen.numbers(outputs * channels);
            double[] bias = gen.numbers(outputs);
            double[] y = gen.numbers(outputs * positions);
            agrees(kernels -> {
                Tensor sT = kernels.of(s, channels, positions);
                Tensor wT = kernels.of(w, outputs, channels);
                Tensor out = kernels.of(y, outputs, positions);
                kernels.activatedLinear().forward(sT, wT, kernels.of(bias, outputs), dropout, residual, out, accumulate);
                Tensor ds = kernels.of(s, channels, positions);
                Tensor dw = kernels.of(w, outputs, channels);
                Tensor db = kernels.of(bias, outputs);
                kernels.activatedLinear().backward(sT, wT, dropout, residual, kernels.of(y, outputs, positions), ds, accumulate, dw, db);
                return new double[][]{values(kernels, out), values(kernels, ds), values(kernels, dw), values(kernels, db)};
            }, 40);
        });
    }
}
