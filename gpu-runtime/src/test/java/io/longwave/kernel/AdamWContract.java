package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

/** All tensors of a model moved together; {@link KernelsContract} has the formula of one. */
public abstract class AdamWContract extends KernelComparison {
    private static final AdamW.Settings[] SETTINGS = {AdamW.Settings.of(0.01, 0.1), AdamW.Settings.of(0.001, 0),
            new AdamW.Settings(0.02, 0.01, 0.8, 0.95, 1e-6)};
    private static final int[] SIZES = {1, 2, 31, 33, 128, 1023, 1024, 1025, 2500};

    private static AdamW.Moved moved(Kernels kernels, double[] numbers, double[] gradient, int which) {
        int n = numbers.length;
        return new AdamW.Moved(kernels.of(numbers, n), kernels.of(gradient, n), kernels.zeros(n), kernels.zeros(n),
                SETTINGS[which % SETTINGS.length]);
    }

    /** Shares of the norm there is: scaled down, hardly, not, and without a limit. */
    @ParameterizedTest
    @ValueSource(doubles = {0.25, 0.999, 1.001, Double.POSITIVE_INFINITY})
    void tensorsOfAnySizeMoveAsEachAloneByGradientsOfLimitedNorm(double share) {
        Gen.forAll(6, gen -> {
            int count = gen.between(1, 7);
            List<double[]> numbers = new ArrayList<>();
            List<double[]> gradients = new ArrayList<>();
            double squares = 0;
            for (int t = 0; t < count; t++) {
                int size = SIZES[gen.between(0, SIZES.length - 1)];
                numbers.add(gen.numbers(size));
                gradients.add(gen.numbers(size));
                for (double g : gradients.get(t)) {
                    squares += (float) g * (double) (float) g;
                }
            }
            double norm = Math.sqrt(squares);
            double maxNorm = share * norm;
            double scale = Math.min(1, share);
            List<AdamW.Moved> alone = new ArrayList<>();
            List<AdamW.Moved> together = new ArrayList<>();
            for (int t = 0; t < count; t++) {
                double[] scaled = gradients.get(t).clone();
                for (int i = 0; i < scaled.length; i++) {
                    scaled[i] *= scale;
                }
                alone.add(moved(exact, numbers.get(t), scaled, t));
                together.add(moved(kernels(), numbers.get(t), gradients.get(t), t));
            }
            Tensor found = kernels().zeros(1);
            for (int step = 1; step <= 3; step++) {
                for (AdamW.Moved one : alone) {
                    exact.adamW().update(one.parameter(), one.gradient(), one.first(), one.second(), one.settings(), step);
                }
                kernels().adamW().update(together, step, maxNorm, found);
            }
            for (int t = 0; t < count; t++) {
                near(values(kernels(), together.get(t).parameter()), values(exact, alone.get(t).parameter()), 16);
                near(values(kernels(), together.get(t).first()), values(exact, alone.get(t).first()), 16);
                near(values(kernels(), together.get(t).second()), values(exact, alone.get(t).second()), 16);
                assertThat(values(kernels(), together.get(t).gradient())).as("gradient %d stays", t)
                        .isEqualTo(values(kernels(), kernels().of(gradients.get(t), gradients.get(t).length)));
            }
            if (share < Double.POSITIVE_INFINITY) {
                assertThat(kernels().toDoubles(found)[0]).isCloseTo(norm, within(1e-6 * norm));
            }
        });
    }

    @Test
    void noTensorsAndEmptyTensorsHaveNormZero() {
        Tensor norm = kernels().of(new double[]{7}, 1);
        kernels().adamW().update(List.of(), 1, 1, norm);
        assertThat(kernels().toDoubles(norm)).containsExactly(0);
        AdamW.Moved empty = moved(kernels(), new double[0], new double[0], 0);
        AdamW.Moved one = moved(kernels(), new double[]{1}, new double[]{-0.5}, 1);
        kernels().adamW().update(List.of(empty, one, empty), 1, 1, norm);
        assertThat(kernels().toDoubles(norm)).containsExactly(0.5);
    }

    @Test
    void aLimitThatIsNotAboveZeroAndUnequalShapesAreNamed() {
        Tensor norm = kernels().zeros(1);
        AdamW.Moved one = moved(kernels(), new double[]{1, 2}, new double[]{1, 2}, 0);
        assertThatThrownBy(() -> kernels().adamW().update(List.of(one), 1, 0, norm)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("largest gradient norm").hasMessageContaining("0.0");
        AdamW.Moved other = new AdamW.Moved(one.parameter(), kernels().zeros(3), one.first(), one.second(), one.settings());
        assertThatThrownBy(() -> kernels().adamW().update(List.of(other), 1, 1, norm)).isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("gradient");
    }
}
