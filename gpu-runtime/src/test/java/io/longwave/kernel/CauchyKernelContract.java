package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.CauchyKernel.LowRankModes;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.Tensor;

/** Spectra of diagonal plus low-rank systems against the recurrence they stand for, gradients against central differences. */
public abstract class CauchyKernelContract {
    private static final double STEP = 1e-6;
    private final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    private static void near(double[] found, double[] expected, double relative) {
        double scale = Math.max(1e-3, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("element %d of %d", i, expected.length).isCloseTo(expected[i], Offset.offset(relative * scale));
        }
    }

    private static LowRankModes modes(Gen gen, int channels, int count, int heads, int rank) {
        double[] poleRe = gen.numbers(channels * count);
        double[] poleIm = gen.numbers(channels * count);
        for (int i = 0; i < poleRe.length; i++) {
            poleRe[i] = -0.02 - 0.1 * Math.abs(poleRe[i]);
            poleIm[i] = -Math.abs(poleIm[i]);
        }
        int size = channels * count;
        double[] leftRe = gen.numbers((1 + rank) * size);
        double[] leftIm = gen.numbers((1 + rank) * size);
        double[] rightRe = gen.numbers((heads + rank) * size);
        double[] rightIm = gen.numbers((heads + rank) * size);
        for (int r = 0; r < rank; r++) { // Q = conj(P) keeps the system stable, and I + r11 invertible
            for (int i = 0; i < size; i++) {
                rightRe[(heads + r) * size + i] = leftRe[(1 + r) * size + i];
                rightIm[(heads + r) * size + i] = -leftIm[(1 + r) * size + i];
            }
        }
        return new LowRankModes(channels, count, heads, rank, poleRe, poleIm, leftRe, leftIm, rightRe, rightIm);
    }

    private static double[][] spectrum(Kernels kernels, LowRankModes modes, int length) {
        int rows = modes.heads() * modes.channels();
        Tensor re = kernels.zeros(rows, CauchyKernel.frequencies(length));
        Tensor im = kernels.zeros(rows, CauchyKernel.frequencies(length));
        kernels.cauchyKernel().forward(modes, length, re, im);
        return new double[][]{kernels.toDoubles(re), kernels.toDoubles(im)};
    }

    /**
     * The sum over l of c dA^l dB ω^l with the row c (1 − dA^L)⁻¹ of a kernel that goes on for ever, one step at a time: states of all 2n
     * members, dA by the bilinear rule as a solve with the low-rank inverse.
     */
    private static double[][] steppedSpectrum(LowRankModes x, int length) {
        int frequencies = CauchyKernel.frequencies(length);
        double[][] out = new double[2][x.channels() * x.heads() * frequencies];
        for (int h = 0; h < x.channels(); h++) {
            for (int c = 0; c < x.heads(); c++) {
                double[] kernel = ReferenceSystem.kernel(x, h, c, 4000);
                for (int k = 0; k < frequencies; k++) {
                    for (int l = 0; l < kernel.length; l++) {
                        double phase = -2 * Math.PI * ((long) k * l % length) / length;
                        out[0][(c * x.channels() + h) * frequencies + k] += kernel[l] * Math.cos(phase);
                        out[1][(c * x.channels() + h) * frequencies + k] += kernel[l] * Math.sin(phase);
                    }
                }
            }
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 17, 32})
    void spectraAreThoseOfTheRecurrence(int length) {
        Gen.forAll(3, gen -> {
            // decaying modes: what is left after 4000 steps is below 1e-12
            LowRankModes modes = modes(gen, gen.between(1, 2), gen.between(1, 3), gen.between(1, 2), gen.between(0, 2));
            double[][] expected = steppedSpectrum(modes, length);
            double[][] found = spectrum(kernels(), modes, length);
            near(found[0], expected[0], Math.max(1e-9, kernels().roundingUnit() * 4));
            near(found[1], expected[1], Math.max(1e-9, kernels().roundingUnit() * 4));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 31, 64, 100, 1023, 1024, 1100})
    void spectraOfAnyLengthEqualPlainSums(int length) {
        Gen.forAll(4, gen -> {
            LowRankModes modes = modes(gen, gen.between(1, 3), gen.between(1, 20), gen.between(1, 2), gen.between(0, 3));
            double[][] expected = spectrum(exact, modes, length);
            double[][] found = spectrum(kernels(), modes, length);
            // float64 up to the last rounding
            near(found[0], expected[0], Math.max(1e-11, kernels().roundingUnit() * 2));
            near(found[1], expected[1], Math.max(1e-11, kernels().roundingUnit() * 2));
            int rows = modes.lefts() * modes.rights() * modes.channels();
            List<double[]> sums = sums(kernels(), modes, rows, length);
            List<double[]> exactSums = sums(exact, modes, rows, length);
            near(sums.get(0), exactSums.get(0), Math.max(1e-11, kernels().roundingUnit() * 2));
            near(sums.get(1), exactSums.get(1), Math.max(1e-11, kernels().roundingUnit() * 2));
        });
    }

    private static List<double[]> sums(Kernels kernels, LowRankModes modes, int rows, int length) {
        Tensor re = kernels.zeros(rows, CauchyKernel.frequencies(length));
        Tensor im = kernels.zeros(rows, CauchyKernel.frequencies(length));
        kernels.cauchyKernel().sums(modes, length, re, im);
        return List.of(kernels.toDoubles(re), kernels.toDoubles(im));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 32, 1030})
    void gradientsMatchFiniteDifferences(int length) {
        Gen.forAll(3, gen -> {
            LowRankModes modes = modes(gen, gen.between(1, 2), gen.between(1, 4), gen.between(1, 2), gen.between(0, 2));
            int size = modes.heads() * modes.channels() * CauchyKernel.frequencies(length);
            double[] re = gen.numbers(size);
            double[] im = gen.numbers(size);
            int rows = modes.heads() * modes.channels();
            int frequencies = CauchyKernel.frequencies(length);
            LowRankModes found = kernels().cauchyKernel().backward(modes, length, kernels().of(re, rows, frequencies),
                    kernels().of(im, rows, frequencies));
            double relative = Math.max(2e-6, kernels().roundingUnit() * 8);
            near(found.poleRe(), difference(modes, modes.poleRe(), length, re, im), relative);
            near(found.poleIm(), difference(modes, modes.poleIm(), length, re, im), relative);
            near(found.leftRe(), difference(modes, modes.leftRe(), length, re, im), relative);
            near(found.leftIm(), difference(modes, modes.leftIm(), length, re, im), relative);
            near(found.rightRe(), difference(modes, modes.rightRe(), length, re, im), relative);
            near(found.rightIm(), difference(modes, modes.rightIm(), length, re, im), relative);
        });
    }

    private double[] difference(LowRankModes modes, double[] x, int length, double[] re, double[] im) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double keep = x[i];
            x[i] = keep + STEP;
            double up = weighted(modes, length, re, im);
            x[i] = keep - STEP;
            double down = weighted(modes, length, re, im);
            x[i] = keep;
            out[i] = (up - down) / (2 * STEP);
        }
        return out;
    }

    private double weighted(LowRankModes modes, int length, double[] re, double[] im) {
        double[][] values = spectrum(exact, modes, length);
        double sum = 0;
        for (int i = 0; i < re.length; i++) {
            sum += re[i] * values[0][i] + im[i] * values[1][i];
        }
        return sum;
    }

    @Test
    void wrongShapesAreNamed() {
        LowRankModes modes = new LowRankModes(2, 1, 1, 0, new double[2], new double[2], new double[2], new double[2], new double[2],
                new double[2]);
        assertThatThrownBy(() -> kernels().cauchyKernel().forward(modes, 8, kernels().zeros(2, 5), kernels().zeros(2, 4)))
                .hasMessage("im: expected [2, 5] but was [2, 4]");
        assertThatThrownBy(() -> kernels().cauchyKernel().forward(modes, 0, kernels().zeros(2, 1), kernels().zeros(2, 1)))
                .hasMessage("length: expected at least 1 but was 0");
        assertThatThrownBy(() -> new LowRankModes(2, 1, 1, 1, new double[2], new double[2], new double[2], new double[2], new double[4],
                new double[4])).hasMessage("left vectors: expected 4 numbers but was 2");
    }
}
