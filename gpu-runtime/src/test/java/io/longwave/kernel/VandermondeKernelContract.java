package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.VandermondeKernel.ModeGradient;
import io.longwave.kernel.VandermondeKernel.Modes;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.Tensor;

/** Kernels of diagonal systems against plain sums in float64, their gradients against central differences of those. */
public abstract class VandermondeKernelContract {
    private static final double STEP = 1e-6;
    private final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    private void near(double[] found, double[] expected, double relative) {
        double scale = Math.max(1e-6, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("element %d of %d", i, expected.length).isCloseTo(expected[i], Offset.offset(relative * scale));
        }
    }

    private static Modes modes(Gen gen, int rows, int count, double factor) {
        double[] logRe = gen.numbers(rows * count);
        double[] logIm = gen.numbers(rows * count);
        for (int i = 0; i < logRe.length; i++) {
            logRe[i] = -0.05 * Math.abs(logRe[i]);
            logIm[i] *= 2;
        }
        return new Modes(rows, count, factor, gen.numbers(rows * count), gen.numbers(rows * count), logRe, logIm);
    }

    /** Σ w exp((start + l) e) one by one, by repeated multiplication: another way than the reference goes. */
    private static double[] plain(Modes modes, int start, int length) {
        double[] out = new double[modes.rows() * length];
        for (int r = 0; r < modes.rows(); r++) {
            for (int i = r * modes.count(); i < (r + 1) * modes.count(); i++) {
                double re = modes.weightRe()[i];
                double im = modes.weightIm()[i];
                double stepRe = Math.exp(modes.logRe()[i]) * Math.cos(modes.logIm()[i]);
                double stepIm = Math.exp(modes.logRe()[i]) * Math.sin(modes.logIm()[i]);
                for (int t = 0; t < start + length; t++) {
                    if (t >= start) {
                        out[r * length + t - start] += modes.factor() * re;
                    }
                    double next = re * stepRe - im * stepIm;
                    im = re * stepIm + im * stepRe;
                    re = next;
                }
            }
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 300})
    void kernelsOfAnyLengthEqualPlainSums(int length) {
        Gen.forAll(6, gen -> {
            int rows = gen.between(1, 4);
            int count = gen.between(1, 19);
            int start = gen.coin() ? 0 : gen.between(1, 70);
            Modes modes = modes(gen, rows, count, gen.coin() ? 2 : 1);
            Tensor kernel = kernels().of(gen.numbers(rows * length), rows, length);
            kernels().vandermondeKernel().forward(modes, start, kernel);
            // two tables rounded once and a sum of 2n terms
            near(kernels().toDoubles(kernel), plain(modes, start, length), Math.max(1e-11, kernels().roundingUnit() * 4 * (count + 4)));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 65, 130})
    void gradientsMatchFiniteDifferences(int length) {
        Gen.forAll(4, gen -> {
            int rows = gen.between(1, 3);
            int count = gen.between(1, 9);
            int start = gen.coin() ? 0 : gen.between(1, 5);
            Modes modes = modes(gen, rows, count, gen.coin() ? 2 : 1);
            double[] g = gen.numbers(rows * length);
            ModeGradient found = kernels().vandermondeKernel().backward(modes, start, kernels().of(g, rows, length));
            // the derivative by e carries a factor l, so sums of up to L² terms of either sign; differences of a quadratic are good to 1e-8
            double relative = Math.max(1e-7, kernels().roundingUnit() * 64);
            near(found.weightRe(), difference(modes, modes.weightRe(), start, length, g), relative);
            near(found.weightIm(), difference(modes, modes.weightIm(), start, length, g), relative);
            near(found.logRe(), difference(modes, modes.logRe(), start, length, g), relative);
            near(found.logIm(), difference(modes, modes.logIm(), start, length, g), relative);
        });
    }

    private double[] difference(Modes modes, double[] x, int start, int length, double[] g) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double keep = x[i];
            x[i] = keep + STEP;
            double up = weighted(modes, start, length, g);
            x[i] = keep - STEP;
            double down = weighted(modes, start, length, g);
            x[i] = keep;
            out[i] = (up - down) / (2 * STEP);
        }
        return out;
    }

    private double weighted(Modes modes, int start, int length, double[] g) {
        Tensor kernel = exact.zeros(modes.rows(), length);
        exact.vandermondeKernel().forward(modes, start, kernel);
        double[] values = exact.toDoubles(kernel);
        double sum = 0;
        for (int i = 0; i < g.length; i++) {
            sum += g[i] * values[i];
        }
        return sum;
    }

    @Test
    void phasesOfThousandsOfRadiansKeepTheirDigits() {
        int length = 16_000;
        Modes modes = new Modes(1, 2, 2, new double[]{1, 0.5}, new double[]{0.25, -1}, new double[]{-1e-5, -1e-4},
                new double[]{-2.9, -0.7});
        Tensor kernel = kernels().zeros(1, length);
        kernels().vandermondeKernel().forward(modes, 0, kernel);
        near(kernels().toDoubles(kernel), plain(modes, 0, length), Math.max(1e-10, kernels().roundingUnit() * 16));
    }

    @Test
    void modesThatDieAtOnceLeaveZerosAndNoSubnormalNumbers() {
        Modes modes = new Modes(1, 1, 1, new double[]{1}, new double[]{0}, new double[]{-1.3}, new double[]{0});
        Tensor kernel = kernels().zeros(1, 1000);
        kernels().vandermondeKernel().forward(modes, 0, kernel);
        for (float value : kernels().toFloats(kernel)) {
            assertThat(value == 0 || Math.abs(value) >= Float.MIN_NORMAL || kernels().roundingUnit() < 1e-10).isTrue();
        }
        assertThat(kernels().toDoubles(kernel)[1]).isCloseTo(Math.exp(-1.3), Offset.offset(1e-7));
    }

    @Test
    void wrongRowsAreNamed() {
        Modes modes = new Modes(2, 1, 2, new double[2], new double[2], new double[2], new double[2]);
        assertThatThrownBy(() -> kernels().vandermondeKernel().forward(modes, 0, kernels().zeros(3, 5)))
                .hasMessage("kernel: expected [2, 5] but was [3, 5]");
        assertThatThrownBy(() -> kernels().vandermondeKernel().forward(modes, -1, kernels().zeros(2, 5)))
                .hasMessage("start: expected at least 0 but was -1");
        assertThatThrownBy(() -> new Modes(2, 3, 2, new double[6], new double[6], new double[6], new double[5]))
                .hasMessage("modes: expected 2 rows of 3 numbers but was 5 numbers");
    }
}
