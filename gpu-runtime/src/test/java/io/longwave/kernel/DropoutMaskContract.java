package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.tensor.Tensor;

public abstract class DropoutMaskContract extends KernelComparison {

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 17, 100, 1000})
    void theSameElementsAreLeftOutEverywhere(int steps) {
        Gen.forAll(6, gen -> {
            int rows = gen.between(1, 30);
            double[] x = gen.numbers(rows * steps);
            double[] y = gen.numbers(rows * steps);
            boolean accumulate = gen.coin();
            Dropout dropout = switch (gen.between(0, 2)) {
                case 0 -> Dropout.NONE;
                case 1 -> new Dropout(0.25, gen.between(-1000, 1000), 1);
                default -> new Dropout(0.5, gen.between(-1000, 1000), steps);
            };
            agrees(kernels -> {
                Tensor out = kernels.of(y, rows, steps);
                kernels.dropoutMask().apply(dropout, kernels.of(x, rows, steps), out, accumulate);
                return new double[][]{values(kernels, out)};
            }, 2);
        });
    }

    @Test
    void aMaskTiedOverTimeKeepsOrDropsWholeRows() {
        Kernels kernels = kernels();
        double[] ones = new double[200 * 50];
        Arrays.fill(ones, 1);
        Tensor y = kernels.zeros(200, 50);
        kernels.dropoutMask().apply(new Dropout(0.5, 3, 50), kernels.of(ones, 200, 50), y, false);
        double[] found = values(kernels, y);
        int kept = 0;
        for (int r = 0; r < 200; r++) {
            double[] row = Arrays.copyOfRange(found, 50 * r, 50 * r + 50);
            assertThat(row).containsOnly(row[0]);
            kept += row[0] == 2 ? 1 : 0;
        }
        assertThat(kept).isBetween(65, 135); // five standard deviations of 100 ± 7
    }
}
