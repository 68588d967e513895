package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.tensor.Tensor;

/** What stands behind a layer has the bits of its parts. */
public abstract class SeriesMixingContract extends KernelComparison {

    /** y after one call, for y beforehand in its last rows. */
    private static float[] mixed(Kernels kernels, double[] weight, double[] bias, double[] x, double[] y, int series) {
        int outputs = bias.length / 2;
        int inputs = weight.length / bias.length;
        Tensor sum = kernels.of(y, outputs, series);
        kernels.seriesMixing().add(kernels.of(weight, 2 * outputs, inputs), kernels.of(bias, 2 * outputs), kernels.of(x, inputs, series),
                kernels.zeros(2 * outputs, series), sum, series);
        return kernels.toFloats(sum);
    }

    private static double[] floats(double[] values) {
        return Arrays.stream(values).map(value -> (float) value).toArray();
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,2,5", "4,4,31", "5,9,32", "33,7,33", "31,40,128", "65,33,129", "64,64,260"})
    void allSetsOfKernelsGiveTheBitsOfTheParts(int inputs, int outputs, int series) {
        Gen.forAll(2, gen -> {
            double[] weight = floats(gen.numbers(2 * outputs * inputs));
            double[] bias = floats(gen.numbers(2 * outputs));
            double[] x = floats(gen.numbers(inputs * series));
            double[] y = floats(gen.numbers(outputs * series));
            Tensor active = exact.of(x, inputs, series);
            Tensor between = exact.zeros(2 * outputs, series);
            Tensor sum = exact.of(y, outputs, series);
            exact.seriesActivation().gelu(active, inputs * series);
            exact.seriesLinear().apply(exact.of(weight, 2 * outputs, inputs), exact.of(bias, 2 * outputs), active, between, series);
            exact.seriesActivation().addGated(between, sum, outputs * series);
            assertThat(mixed(kernels(), weight, bias, x, y, series)).isEqualTo(exact.toFloats(sum));
        });
    }

    /** More inputs than the shared memory of any block holds for its series. */
    @Test
    void soDoMoreInputsThanFitABlock() {
        int inputs = 1000;
        Gen.forAll(1, gen -> {
            double[] weight = floats(gen.numbers(6 * inputs));
            double[] bias = floats(gen.numbers(6));
            double[] x = floats(gen.numbers(inputs * 3));
            double[] y = floats(gen.numbers(9));
            assertThat(mixed(kernels(), weight, bias, x, y, 3)).isEqualTo(mixed(exact, weight, bias, x, y, 3));
        });
    }

    @Test
    void valuesWithoutGatesAndTensorsTooSmallAreRefused() {
        Kernels kernels = kernels();
        assertThatThrownBy(() -> kernels.seriesMixing().add(kernels.zeros(3, 2), kernels.zeros(3), kernels.zeros(2), kernels.zeros(3),
                kernels.zeros(3), 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight: expected as many gates as values but was [3, 2]");
        assertThatThrownBy(() -> kernels.seriesMixing().add(kernels.zeros(4, 2), kernels.zeros(4), kernels.zeros(2, 5),
                kernels.zeros(4, 5), kernels.zeros(9), 5)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("y: expected at least 10 numbers but was 9");
    }
}
