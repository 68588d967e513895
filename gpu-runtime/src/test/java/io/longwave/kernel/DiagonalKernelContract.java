package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.DiagonalKernel.Numbers;
import io.longwave.kernel.DiagonalKernel.Rule;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

/** Kernels of diagonal systems against states moved step by step, gradients of every trained number against central differences. */
public abstract class DiagonalKernelContract extends KernelComparison {

    private static Form form(Gen gen, Rule rule) {
        int channels = gen.between(1, 5);
        Transform[] transforms = Transform.values();
        return new Form(gen.between(1, 2), channels, gen.between(1, channels), gen.between(1, 9), gen.coin(),
                transforms[gen.between(1, transforms.length - 1)], transforms[gen.between(1, transforms.length - 1)], Transform.NONE, rule);
    }

    /** Step sizes around 0.3 and imaginary parts up to 6, so that |x| is on both sides of where the series ends; no RELU at its corner. */
    private static double[][] numbers(Gen gen, Form form) {
        double[][] out = DiagonalNumbers.draw(gen, DiagonalNumbers.dims(form));
        for (int i = 0; i < out[0].length; i++) {
            out[0][i] = (float) (form.dt() == Transform.RELU ? 0.3 + 0.2 * out[0][i] : -1 + 0.5 * out[0][i]);
        }
        for (int i = 0; i < out[1].length; i++) {
            out[1][i] = (float) (form.real() == Transform.RELU ? 0.4 + 0.3 * out[1][i] : out[1][i]);
            out[2][i] = (float) (6 * out[2][i]);
        }
        return out;
    }

    private static double[] forward(Kernels kernels, Form form, int length, double[]... numbers) {
        Tensor kernel = kernels.of(new double[form.rows() * length], form.rows(), length);
        kernels.diagonalKernel().forward(form, DiagonalNumbers.of(kernels, form, numbers), kernel);
        return kernels.toDoubles(kernel);
    }

    /** 2 Re Σ C x with x ← dA x from x = dB, the held input by Simpson's rule: slow, and another way than the kernels go. */
    private static double[] moved(Form form, int length, double[][] numbers) {
        double[] out = new double[form.rows() * length];
        for (int h = 0; h < form.channels(); h++) {
            for (int m = 0; m < form.modes(); m++) {
                int shared = form.shared(h, m);
                double dt = form.dt().value(numbers[0][form.step(h, m)]);
                double xRe = -form.real().value(numbers[1][shared]) * dt;
                double xIm = -form.imag().value(numbers[2][shared]) * dt;
                // (1 + x/2) / (1 − x/2) and 1 / (1 − x/2), or e^x and the mean of e^(τ x) over the step by Simpson's rule
                double holdRe = 0;
                double holdIm = 0;
                double stepRe;
                double stepIm;
                if (form.rule() == Rule.BILINEAR) {
                    double scale = (1 - xRe / 2) * (1 - xRe / 2) + xIm * xIm / 4;
                    holdRe = (1 - xRe / 2) / scale;
                    holdIm = xIm / 2 / scale;
                    stepRe = (1 + xRe / 2) * holdRe - xIm / 2 * holdIm;
                    stepIm = (1 + xRe / 2) * holdIm + xIm / 2 * holdRe;
                } else {
                    int pieces = 2000;
                    for (int i = 0; i <= pieces; i++) {
                        double weight = (i == 0 || i == pieces ? 1 : i % 2 == 0 ? 2 : 4) / (3.0 * pieces);
                        double size = weight * Math.exp(xRe * i / pieces);
                        holdRe += size * Math.cos(xIm * i / pieces);
                        holdIm += size * Math.sin(xIm * i / pieces);
                    }
                    stepRe = Math.exp(xRe) * Math.cos(xIm);
                    stepIm = Math.exp(xRe) * Math.sin(xIm);
                }
                double bRe = numbers[3][2 * shared] * dt;
                double bIm = numbers[3][2 * shared + 1] * dt;
                double re = bRe * holdRe - bIm * holdIm;
                double im = bRe * holdIm + bIm * holdRe;
                for (int l = 0; l < length; l++) {
                    for (int s = 0; s < form.heads(); s++) {
                        int row = s * form.channels() + h;
                        int c = 2 * (row * form.modes() + m);
                        out[row * length + l] += 2 * (numbers[4][c] * re - numbers[4][c + 1] * im);
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
    @EnumSource(Rule.class)
    void kernelsAreWhatTheStatesOfTheSystemsPutOut(Rule rule) {
        Gen.forAll(12, gen -> {
            Form form = form(gen, rule);
            int length = gen.between(1, 150);
            double[][] numbers = numbers(gen, form);
            near(forward(kernels(), form, length, numbers), moved(form, length, numbers), form.modes());
        });
    }

    @ParameterizedTest
    @EnumSource(Rule.class)
    void gradientsOfAllNumbersAreTheirDifferences(Rule rule) {
        Gen.forAll(8, gen -> {
            Form form = form(gen, rule);
            int length = gen.between(1, 70);
            double[][] numbers = numbers(gen, form);
            double[] weight = gen.numbers(form.rows() * length);
            Numbers values = DiagonalNumbers.of(kernels(), form, numbers);
            double[][] before = numbers(gen, form);
            Numbers sums = DiagonalNumbers.of(kernels(), form, before);
            kernels().diagonalKernel().backward(form, values, kernels().of(weight, form.rows(), length), sums);
            for (int i = 0; i < DiagonalNumbers.NAMES.size(); i++) {
                double[] expected = difference((kernels, inputs) -> forward(kernels, form, length, inputs), i, weight, numbers);
                // differences keep eight digits; float32 adds tables rounded once, sums over the taps and what was in the sum before
                added(DiagonalNumbers.NAMES.get(i) + " of " + form, values(kernels(), DiagonalNumbers.tensors(sums).get(i)), before[i],
                        expected,
                        Math.max(1e-6, kernels().roundingUnit() * 500));
            }
        });
    }

    @Test
    void longKernelsOfManyModesAgreeWithTheLoops() {
        Gen.forAll(2, gen -> {
            Form form = new Form(2, 3, 2, 33, false, Transform.SOFTPLUS, Transform.EXP, Transform.NONE, Rule.ZERO_ORDER_HOLD);
            int length = gen.coin() ? 2049 : 2048;
            double[][] numbers = numbers(gen, form);
            double[] weight = gen.numbers(form.rows() * length);
            agrees(kernels -> {
                Numbers values = DiagonalNumbers.of(kernels, form, numbers);
                Numbers sums = DiagonalNumbers.of(kernels, form, numbers);
                Tensor kernel = kernels.zeros(form.rows(), length);
                kernels.diagonalKernel().forward(form, values, kernel);
                kernels.diagonalKernel().backward(form, values, kernels.of(weight, form.rows(), length), sums);
                return DiagonalNumbers.results(kernels, kernel, sums);
            }, 64);
        });
    }

    @Test
    void numbersOfAnotherShapeAreNamed() {
        Form form = new Form(1, 2, 1, 3, false, Transform.EXP, Transform.EXP, Transform.NONE, Rule.BILINEAR);
        double[][] right = {new double[2], new double[3], new double[3], new double[6], new double[12]};
        Numbers numbers = DiagonalNumbers.of(kernels(), form, right);
        Numbers wrong = new Numbers(numbers.invDt(), numbers.aReal(), numbers.aImag(), numbers.c(), numbers.c());
        Tensor kernel = kernels().zeros(2, 4);
        assertThatThrownBy(() -> kernels().diagonalKernel().forward(form, wrong, kernel)).isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("B");
        assertThatThrownBy(() -> kernels().diagonalKernel().backward(form, numbers, kernels().zeros(3, 4), numbers))
                .isInstanceOf(ShapeMismatchException.class).hasMessageContaining("kernel");
        assertThatThrownBy(() -> new Form(1, 2, 3, 3, false, Transform.EXP, Transform.EXP, Transform.NONE, Rule.BILINEAR))
                .hasMessageContaining("copies").hasMessageContaining("3");
    }
}
