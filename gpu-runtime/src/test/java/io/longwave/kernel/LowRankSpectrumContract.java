package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.DiagonalKernel.Rule;
import io.longwave.kernel.LowRankSpectrum.Numbers;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

/** Spectra of low-rank systems against states moved step by step, gradients of every trained number against central differences. */
public abstract class LowRankSpectrumContract extends KernelComparison {
    private static final List<String> NAMES = List.of("inv_dt", "A_real", "A_imag", "B", "C", "P");

    private static Form form(Gen gen) {
        int channels = gen.between(1, 4);
        Transform[] transforms = Transform.values();
        return new Form(gen.between(1, 2), channels, gen.between(1, channels), gen.between(1, 5), gen.coin(),
                transforms[gen.between(1, transforms.length - 1)], transforms[gen.between(1, transforms.length - 1)], Transform.NONE,
                Rule.BILINEAR);
    }

    /** Those of the diagonal part, and P. */
    private static int[][] dims(Form form, int rank) {
        int[][] dims = Arrays.copyOf(DiagonalNumbers.dims(form), DiagonalNumbers.NAMES.size() + 1);
        dims[DiagonalNumbers.NAMES.size()] = new int[]{rank, form.copies(), form.modes(), 2};
        return dims;
    }

    /** Step sizes around 0.3, modes that decay and turn, P of half the size of the rest; no RELU at its corner. */
    private static double[][] numbers(Gen gen, Form form, int rank) {
        double[][] out = DiagonalNumbers.draw(gen, dims(form, rank));
        for (int i = 0; i < out[0].length; i++) {
            out[0][i] = (float) (form.dt() == Transform.RELU ? 0.3 + 0.2 * out[0][i] : -1 + 0.5 * out[0][i]);
        }
        for (int i = 0; i < out[1].length; i++) {
            out[1][i] = (float) (form.real() == Transform.RELU ? 0.6 + 0.3 * out[1][i] : out[1][i]);
            out[2][i] = (float) (3 * out[2][i]);
        }
        for (int i = 0; i < out[5].length; i++) {
            out[5][i] = (float) (0.5 * out[5][i]);
        }
        return out;
    }

    private static Numbers of(Kernels kernels, Form form, int rank, double[]... numbers) {
        return new Numbers(DiagonalNumbers.of(kernels, form, numbers), kernels.of(numbers[5], dims(form, rank)[5]));
    }

    private static List<Tensor> tensors(Numbers numbers) {
        DiagonalKernel.Numbers diagonal = numbers.diagonal();
        return List.of(diagonal.invDt(), diagonal.aReal(), diagonal.aImag(), diagonal.b(), diagonal.c(), numbers.p());
    }

    /** Real parts, then imaginary ones. */
    private static double[] forward(Kernels kernels, Form form, int rank, int length, double[]... numbers) {
        int frequencies = CauchyKernel.frequencies(length);
        Tensor re = kernels.of(new double[form.rows() * frequencies], form.rows(), frequencies);
        Tensor im = kernels.of(new double[form.rows() * frequencies], form.rows(), frequencies);
        kernels.lowRankSpectrum().forward(form, of(kernels, form, rank, numbers), length, re, im);
        double[] out = Arrays.copyOf(values(kernels, re), 2 * form.rows() * frequencies);
        System.arraycopy(values(kernels, im), 0, out, out.length / 2, out.length / 2);
        return out;
    }

    /**
     * Another way than the kernels go, where all modes of a channel have one step size: the state x of stored modes, their conjugates alongside, is
     * moved by (1 + dt M/2) / (1 − dt M/2) from dt B / (1 − dt M/2), M = diag(A) − Σ P P*, by Gauss on 2n complex numbers; the spectrum of taps
     * 2 Re Σ C~ x that never end is Σ C~ (1 − ω dA)^-1 dB, which the generating function is.
     */
    private static double[] solved(Form form, int rank, int length, double[][] numbers) {
        int frequencies = CauchyKernel.frequencies(length);
        int n = form.modes();
        double[] out = new double[2 * form.rows() * frequencies];
        for (int h = 0; h < form.channels(); h++) {
            double dt = form.dt().value(numbers[0][form.step(h, 0)]);
            double[][][] m = new double[2 * n][2 * n][2];
            double[][] b = new double[2 * n][2];
            for (int i = 0; i < 2 * n; i++) {
                int shared = form.shared(h, i % n);
                double sign = i < n ? 1 : -1;
                m[i][i][0] = -form.real().value(numbers[1][shared]);
                m[i][i][1] = -form.imag().value(numbers[2][shared]) * sign;
                b[i][0] = numbers[3][2 * shared];
                b[i][1] = sign * numbers[3][2 * shared + 1];
                for (int j = 0; j < 2 * n; j++) {
                    for (int r = 0; r < rank; r++) {
                        int at = 2 * (r * form.copies() * n + shared);
                        int other = 2 * (r * form.copies() * n + form.shared(h, j % n));
                        double qSign = j < n ? -1 : 1;
                        double pRe = numbers[5][at];
                        double pIm = sign * numbers[5][at + 1];
                        double qRe = numbers[5][other];
                        double qIm = qSign * numbers[5][other + 1];
                        m[i][j][0] -= pRe * qRe - pIm * qIm;
                        m[i][j][1] -= pRe * qIm + pIm * qRe;
                    }
                }
            }
            for (int k = 0; k < CauchyKernel.finiteFrequencies(length); k++) {
                // (1 − ω dA)^-1 dB = dt ((1 − ω) − (1 + ω) dt M/2)^-1 B
                double cosine = Math.cos(2 * Math.PI * k / length);
                double sine = -Math.sin(2 * Math.PI * k / length);
                double[][][] system = new double[2 * n][2 * n][2];
                double[][] x = new double[2 * n][2];
                for (int i = 0; i < 2 * n; i++) {
                    for (int j = 0; j < 2 * n; j++) {
                        system[i][j][0] = -((1 + cosine) * m[i][j][0] - sine * m[i][j][1]) * dt / 2;
                        system[i][j][1] = -((1 + cosine) * m[i][j][1] + sine * m[i][j][0]) * dt / 2;
                    }
                    system[i][i][0] += 1 - cosine;
                    system[i][i][1] -= sine;
                    x[i][0] = b[i][0] * dt;
                    x[i][1] = b[i][1] * dt;
                }
                solve(system, x);
                for (int s = 0; s < form.heads(); s++) {
                    int row = s * form.channels() + h;
                    for (int i = 0; i < 2 * n; i++) {
                        double cRe = numbers[4][2 * (row * n + i % n)];
                        double cIm = numbers[4][2 * (row * n + i % n) + 1] * (i < n ? 1 : -1);
                        out[row * frequencies + k] += cRe * x[i][0] - cIm * x[i][1];
                        out[(form.rows() + row) * frequencies + k] += cRe * x[i][1] + cIm * x[i][0];
                    }
                }
            }
        }
        return out;
    }

    /** Gauss with pivots. */
    private static void solve(double[][][] a, double[][] x) {
        int n = x.length;
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k + 1; i < n; i++) {
                pivot = Math.hypot(a[i][k][0], a[i][k][1]) > Math.hypot(a[pivot][k][0], a[pivot][k][1]) ? i : pivot;
            }
            double[][] row = a[k];
            a[k] = a[pivot];
            a[pivot] = row;
            double[] right = x[k];
            x[k] = x[pivot];
            x[pivot] = right;
            double scale = a[k][k][0] * a[k][k][0] + a[k][k][1] * a[k][k][1];
            for (int i = 0; i < n; i++) {
                if (i == k) {
                    continue;
                }
                double re = (a[i][k][0] * a[k][k][0] + a[i][k][1] * a[k][k][1]) / scale;
                double im = (a[i][k][1] * a[k][k][0] - a[i][k][0] * a[k][k][1]) / scale;
                for (int j = k; j < n; j++) {
                    subtract(a[i][j], re, im, a[k][j]);
                }
                subtract(x[i], re, im, x[k]);
            }
        }
        for (int k = 0; k < n; k++) {
            double scale = a[k][k][0] * a[k][k][0] + a[k][k][1] * a[k][k][1];
            double re = (x[k][0] * a[k][k][0] + x[k][1] * a[k][k][1]) / scale;
            x[k][1] = (x[k][1] * a[k][k][0] - x[k][0] * a[k][k][1]) / scale;
            x[k][0] = re;
        }
    }

    private static void subtract(double[] from, double re, double im, double[] times) {
        double product = re * times[0] - im * times[1];
        from[1] -= re * times[1] + im * times[0];
        from[0] -= product;
    }

    @Test
    void spectraAreThoseOfTheSystems() {
        Gen.forAll(12, gen -> {
            Form any = form(gen);
            Form form = new Form(any.heads(), any.channels(), any.copies(), any.modes(), false, any.dt(), any.real(), any.imag(),
                    any.rule());
            int rank = gen.between(1, 3);
            int length = 2 * gen.between(1, 40) - 1; // odd: all frequencies are finite
            double[][] numbers = numbers(gen, form, rank);
            near(forward(kernels(), form, rank, length, numbers), solved(form, rank, length, numbers), form.modes());
        });
    }

    @Test
    void gradientsOfAllNumbersAreTheirDifferences() {
        Gen.forAll(8, gen -> {
            Form form = form(gen);
            int rank = gen.between(1, 3);
            int length = gen.between(1, 30);
            int frequencies = CauchyKernel.frequencies(length);
            double[][] numbers = numbers(gen, form, rank);
            double[] weight = gen.numbers(2 * form.rows() * frequencies);
            double[][] before = numbers(gen, form, rank);
            Numbers sums = of(kernels(), form, rank, before);
            kernels().lowRankSpectrum().backward(form, of(kernels(), form, rank, numbers), length,
                    kernels().of(Arrays.copyOf(weight, weight.length / 2), form.rows(), frequencies),
                    kernels().of(Arrays.copyOfRange(weight, weight.length / 2, weight.length), form.rows(), frequencies), sums);
            for (int i = 0; i < NAMES.size(); i++) {
                double[] expected = difference((kernels, inputs) -> forward(kernels, form, rank, length, inputs), i, weight, numbers);
                // differences keep seven digits; float32 rounds the sum and what was in it before
                added(NAMES.get(i) + " of " + form, values(kernels(), tensors(sums).get(i)), before[i], expected,
                        Math.max(2e-6, kernels().roundingUnit() * 100));
            }
        });
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Form form = new Form(1, 2, 1, 3, false, Transform.EXP, Transform.EXP, Transform.NONE, Rule.BILINEAR);
        Form held = new Form(1, 2, 1, 3, false, Transform.EXP, Transform.EXP, Transform.NONE, Rule.ZERO_ORDER_HOLD);
        Numbers numbers = of(kernels(), form, 1, new double[2], new double[3], new double[3], new double[6], new double[12], new double[6]);
        Tensor re = kernels().zeros(2, 3);
        LowRankSpectrum spectrum = kernels().lowRankSpectrum();
        assertThatThrownBy(() -> spectrum.forward(held, numbers, 4, re, re)).hasMessageContaining("rule")
                .hasMessageContaining("ZERO_ORDER_HOLD");
        Numbers wrong = new Numbers(numbers.diagonal(), numbers.diagonal().c());
        assertThatThrownBy(() -> spectrum.forward(form, wrong, 4, re, re)).isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("P");
        assertThatThrownBy(() -> spectrum.forward(form, numbers, 6, re, re)).isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("re");
    }
}
