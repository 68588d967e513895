package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.TapRegularization.Settings;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

/** Squash and smooth as every set of kernels must do them. */
public abstract class TapRegularizationContract {
    private final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    /** Settings of any set of kernels. */
    private record Squash(int halfWidth, double threshold) {
        Settings in(Kernels kernels) {
            return new Settings(halfWidth, kernels.of(new double[]{threshold}, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 15, 16, 17, 33, 100})
    void anyKernelIsTheSoftThresholdOfTheMeanOfItsNeighbours(int count) {
        Gen.forAll(6, gen -> {
            int rows = gen.between(1, 4);
            Squash settings = new Squash(gen.between(0, count + 2), gen.coin() ? 0 : 0.25);
            double[] taps = awayFromTheThreshold(gen.numbers(rows * count), rows, count, settings);
            Tensor out = kernels().zeros(rows, count);
            kernels().tapRegularization().forward(kernels().of(taps, rows, count), settings.in(kernels()), out);
            double[] found = kernels().toDoubles(out);
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < count; i++) {
                    double k = mean(taps, row * count, i, count, settings.halfWidth());
                    double expected = Math.signum(k) * Math.max(Math.abs(k) - settings.threshold(), 0);
                    assertThat(found[row * count + i]).isCloseTo(expected, within(tolerance(settings)));
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 17, 40})
    void gradientsMatchFiniteDifferences(int count) {
        Gen.forAll(5, gen -> {
            int rows = gen.between(1, 3);
            Squash settings = new Squash(gen.between(0, 4), gen.coin() ? 0 : 0.25);
            double[] taps = awayFromTheThreshold(gen.numbers(rows * count), rows, count, settings);
            double[] weight = gen.numbers(rows * count);
            double[] before = gen.numbers(rows * count);
            boolean accumulate = gen.coin();
            Tensor target = kernels().of(before, rows, count);
            kernels().tapRegularization().backward(kernels().of(taps, rows, count), settings.in(kernels()),
                    kernels().of(weight, rows, count), target,
                    accumulate);
            double[] found = kernels().toDoubles(target);
            for (int i = 0; i < taps.length; i++) {
                double up = weighted(taps, i, 1e-6, rows, count, settings, weight);
                double down = weighted(taps, i, -1e-6, rows, count, settings, weight);
                double expected = (up - down) / 2e-6 + (accumulate ? before[i] : 0);
                assertThat(found[i]).isCloseTo(expected, within(1e-7 + tolerance(settings) * 8));
            }
        });
    }

    @Test
    void aTapBelowTheThresholdGetsNoGradientAtAll() {
        Tensor target = kernels().of(new double[]{9, 9, 9}, 1, 3);
        kernels().tapRegularization().backward(kernels().of(new double[]{0.1, -0.5, 0.2}, 1, 3), new Squash(0, 0.3).in(kernels()),
                kernels().of(new double[]{1, 1, 1}, 1, 3), target, false);
        assertThat(kernels().toDoubles(target)).containsExactly(0, 1, 0);
    }

    @Test
    void noWidthAndNoThresholdGiveTheSameBitsBack() {
        Gen.forAll(3, gen -> {
            double[] taps = gen.numbers(50);
            Tensor out = kernels().zeros(2, 25);
            kernels().tapRegularization().forward(kernels().of(taps, 2, 25), Settings.NONE, out);
            assertThat(kernels().toDoubles(out)).containsExactly(taps);
        });
    }

    @Test
    void aThresholdOfZeroLetsATapThatIsZeroMove() {
        Settings zero = new Squash(0, 0).in(kernels());
        Tensor target = kernels().zeros(1, 2);
        kernels().tapRegularization().backward(kernels().zeros(1, 2), zero, kernels().of(new double[]{1, 2}, 1, 2), target, false);
        assertThat(kernels().toDoubles(target)).containsExactly(1, 2);
    }

    @Test
    void refusesAResultOfAnotherShape() {
        assertThatThrownBy(() -> kernels().tapRegularization().forward(kernels().zeros(2, 5), Settings.NONE, kernels().zeros(2, 4)))
                .isInstanceOf(ShapeMismatchException.class).hasMessage("out: expected [2, 5] but was [2, 4]");
        assertThatThrownBy(() -> new Settings(-1, null)).hasMessageContaining("half width: expected at least 0");
        assertThatThrownBy(() -> new Settings(0, kernels().zeros(2))).hasMessage("threshold: expected [1] but was [2]");
    }

    /** One rounding per neighbour, of numbers of size 1. */
    private double tolerance(Squash settings) {
        return Math.max(1e-12, kernels().roundingUnit() * 8 * (2 * settings.halfWidth() + 2));
    }

    private double weighted(double[] taps, int index, double step, int rows, int count, Squash settings, double[] weight) {
        double[] moved = taps.clone();
        moved[index] += step;
        Tensor out = exact.zeros(rows, count);
        exact.tapRegularization().forward(exact.of(moved, rows, count), settings.in(exact), out);
        double[] values = exact.toDoubles(out);
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += weight[i] * values[i];
        }
        return sum;
    }

    /** The derivative jumps at the threshold: draws are scaled until no smoothed tap is near it. */
    private static double[] awayFromTheThreshold(double[] taps, int rows, int count, Squash settings) {
        for (boolean near = true; near;) {
            near = false;
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < count; i++) {
                    near |= Math.abs(Math.abs(mean(taps, row * count, i, count, settings.halfWidth())) - settings.threshold()) < 1e-5;
                }
            }
            if (settings.threshold() == 0) {
                return taps;
            }
            if (near) {
                for (int i = 0; i < taps.length; i++) {
                    taps[i] = (float) (taps[i] * 1.03);
                }
            }
        }
        return taps;
    }

    private static double mean(double[] taps, int at, int i, int count, int halfWidth) {
        double sum = 0;
        for (int j = i - halfWidth; j <= i + halfWidth; j++) {
            sum += j < 0 || j >= count ? 0 : taps[at + j];
        }
        return sum / (2 * halfWidth + 1);
    }
}
