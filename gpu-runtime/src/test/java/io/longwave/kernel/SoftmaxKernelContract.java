package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.DiagonalKernel.Numbers;
import io.longwave.kernel.DiagonalKernel.Rule;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

/** Kernels of modes normalised over the sequence against sums of their taps, gradients of every trained number against central differences. */
public abstract class SoftmaxKernelContract extends KernelComparison {
    private static final double EPSILON = 1e-3;

    /** The real parts are as they are trained, of either sign. */
    private static Form form(Gen gen) {
        int channels = gen.between(1, 5);
        return new Form(gen.between(1, 2), channels, gen.between(1, channels), gen.between(1, 9), gen.coin(),
                gen.coin() ? Transform.EXP : Transform.SOFTPLUS, Transform.NONE, Transform.NONE, Rule.ZERO_ORDER_HOLD);
    }

    /** Step sizes around 0.1, real parts of both signs but not next to 0, where the kernel is not smooth, and imaginary parts up to 6. */
    private static double[][] numbers(Gen gen, Form form) {
        double[][] out = DiagonalNumbers.draw(gen, DiagonalNumbers.dims(form));
        for (int i = 0; i < out[0].length; i++) {
            out[0][i] = (float) (-2.3 + 0.5 * out[0][i]);
        }
        for (int i = 0; i < out[1].length; i++) {
            out[1][i] = (float) (out[1][i] + Math.copySign(0.05, out[1][i]));
            out[2][i] = (float) (6 * out[2][i]);
        }
        return out;
    }

    private static double[] forward(Kernels kernels, Form form, int length, double[]... numbers) {
        Tensor kernel = kernels.of(new double[form.rows() * length], form.rows(), length);
        kernels.softmaxKernel().forward(form, DiagonalNumbers.of(kernels, form, numbers), EPSILON, kernel);
        return kernels.toDoubles(kernel);
    }

    /** The definition with taps and their sum one by one: exp(s E L) − 1 is (exp(s E) − 1) Σ exp(s E l). */
    private static double[] summed(Form form, int length, double[][] numbers) {
        double[] out = new double[form.rows() * length];
        for (int h = 0; h < form.channels(); h++) {
            for (int m = 0; m < form.modes(); m++) {
                int shared = form.shared(h, m);
                double dt = form.dt().value(numbers[0][form.step(h, m)]);
                double aRe = -numbers[1][shared];
                double aIm = -numbers[2][shared];
                double s = aRe > 0 ? -1 : 1;
                // taps of exp(s E l'), and their sum
                double[] re = new double[length];
                double[] im = new double[length];
                double sumRe = 0;
                double sumIm = 0;
                for (int l = 0; l < length; l++) {
                    re[l] = Math.exp(s * aRe * dt * l) * Math.cos(s * aIm * dt * l);
                    im[l] = Math.exp(s * aRe * dt * l) * Math.sin(s * aIm * dt * l);
                    sumRe += re[l];
                    sumIm += im[l];
                }
                double stepRe = Math.exp(s * aRe * dt) * Math.cos(s * aIm * dt) - 1;
                double stepIm = Math.exp(s * aRe * dt) * Math.sin(s * aIm * dt);
                double wholeRe = stepRe * sumRe - stepIm * sumIm;
                double wholeIm = stepRe * sumIm + stepIm * sumRe;
                double qRe = aRe * wholeRe - aIm * wholeIm;
                double qIm = aRe * wholeIm + aIm * wholeRe;
                double size = qRe * qRe + qIm * qIm + EPSILON;
                double valueRe = (stepRe * qRe + stepIm * qIm) / size;
                double valueIm = (stepIm * qRe - stepRe * qIm) / size;
                double inRe = numbers[3][2 * shared] * valueRe - numbers[3][2 * shared + 1] * valueIm;
                double inIm = numbers[3][2 * shared] * valueIm + numbers[3][2 * shared + 1] * valueRe;
                for (int row = h; row < form.rows(); row += form.channels()) {
                    int c = 2 * (row * form.modes() + m);
                    double wRe = numbers[4][c] * inRe - numbers[4][c + 1] * inIm;
                    double wIm = numbers[4][c] * inIm + numbers[4][c + 1] * inRe;
                    for (int l = 0; l < length; l++) {
                        int at = s > 0 ? l : length - 1 - l;
                        out[row * length + l] += wRe * re[at] - wIm * im[at];
                    }
                }
            }
        }
        return out;
    }

    @Test
    void kernelsAreSumsOfNormalisedModes() {
        Gen.forAll(16, gen -> {
            Form form = form(gen);
            int length = gen.between(1, 150);
            double[][] numbers = numbers(gen, form);
            near(forward(kernels(), form, length, numbers), summed(form, length, numbers), form.modes());
        });
    }

    /** Of kernels whose shift E m stays where it was while the numbers move. */
    @Test
    void gradientsOfAllNumbersAreTheirDifferences() {
        Gen.forAll(8, gen -> {
            Form form = form(gen);
            int length = gen.between(1, 70);
            double[][] numbers = numbers(gen, form);
            double[] weight = gen.numbers(form.rows() * length);
            double[][] before = numbers(gen, form);
            Numbers sums = DiagonalNumbers.of(kernels(), form, before);
            kernels().softmaxKernel().backward(form, DiagonalNumbers.of(kernels(), form, numbers), EPSILON,
                    kernels().of(weight, form.rows(), length),
                    sums);
            for (int i = 0; i < DiagonalNumbers.NAMES.size(); i++) {
                double[][] held = Arrays.stream(numbers).map(double[]::clone).toArray(double[][]::new);
                double[] expected = difference((_, inputs) -> shifted(form, length, held, inputs), i, weight, numbers);
                added(DiagonalNumbers.NAMES.get(i) + " of " + form, values(kernels(), DiagonalNumbers.tensors(sums).get(i)), before[i],
                        expected,
                        Math.max(1e-6, kernels().roundingUnit() * 500));
            }
        });
    }

    /** With the shift of other numbers: what a mode that grows puts out times exp((E − E_held) (L − 1)). */
    private static double[] shifted(Form form, int length, double[][] held, double[][] numbers) {
        double[] out = new double[form.rows() * length];
        for (int h = 0; h < form.channels(); h++) {
            for (int m = 0; m < form.modes(); m++) {
                int shared = form.shared(h, m);
                int step = form.step(h, m);
                boolean grows = held[1][shared] < 0;
                double shiftRe = 0;
                double shiftIm = 0;
                if (grows) {
                    double dt = form.dt().value(numbers[0][step]);
                    double dtHeld = form.dt().value(held[0][step]);
                    shiftRe = (-numbers[1][shared] * dt + held[1][shared] * dtHeld) * (length - 1);
                    shiftIm = (-numbers[2][shared] * dt + held[2][shared] * dtHeld) * (length - 1);
                }
                // one mode alone, its C turned by the shift
                Form one = new Form(form.heads(), 1, 1, 1, false, form.dt(), form.real(), form.imag(), form.rule());
                double[] c = new double[2 * form.heads()];
                double re = Math.exp(shiftRe) * Math.cos(shiftIm);
                double im = Math.exp(shiftRe) * Math.sin(shiftIm);
                for (int s = 0; s < form.heads(); s++) {
                    int at = 2 * ((s * form.channels() + h) * form.modes() + m);
                    c[2 * s] = numbers[4][at] * re - numbers[4][at + 1] * im;
                    c[2 * s + 1] = numbers[4][at] * im + numbers[4][at + 1] * re;
                }
                double[] taps = summed(one, length, new double[][]{{numbers[0][step]}, {numbers[1][shared]}, {numbers[2][shared]},
                        {numbers[3][2 * shared], numbers[3][2 * shared + 1]}, c});
                for (int s = 0; s < form.heads(); s++) {
                    for (int l = 0; l < length; l++) {
                        out[(s * form.channels() + h) * length + l] += taps[s * length + l];
                    }
                }
            }
        }
        return out;
    }

    @Test
    void longKernelsOfManyModesAgreeWithTheLoops() {
        Gen.forAll(2, gen -> {
            Form form = new Form(2, 3, 2, 33, false, Transform.EXP, Transform.NONE, Transform.NONE, Rule.ZERO_ORDER_HOLD);
            int length = gen.coin() ? 2049 : 2048;
            double[][] numbers = numbers(gen, form);
            double[] weight = gen.numbers(form.rows() * length);
            agrees(kernels -> {
                Numbers values = DiagonalNumbers.of(kernels, form, numbers);
                Numbers sums = DiagonalNumbers.of(kernels, form, numbers);
                Tensor kernel = kernels.zeros(form.rows(), length);
                kernels.softmaxKernel().forward(form, values, EPSILON, kernel);
                kernels.softmaxKernel().backward(form, values, EPSILON, kernels.of(weight, form.rows(), length), sums);
                return DiagonalNumbers.results(kernels, kernel, sums);
            }, 64);
        });
    }

    /** Powers of what grows leave the range of any number here. */
    @Test
    void modesThatGrowFastStayFinite() {
        Form form = new Form(1, 1, 1, 2, false, Transform.EXP, Transform.NONE, Transform.NONE, Rule.ZERO_ORDER_HOLD);
        double[][] numbers = {{0}, {-5, 5}, {2, 2}, {1, 0, 1, 0}, {1, 0, 1, 0}};
        near(forward(kernels(), form, 1000, numbers), summed(form, 1000, numbers), 2);
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Form form = new Form(1, 2, 1, 3, false, Transform.EXP, Transform.NONE, Transform.NONE, Rule.ZERO_ORDER_HOLD);
        Form bilinear = new Form(1, 2, 1, 3, false, Transform.EXP, Transform.NONE, Transform.NONE, Rule.BILINEAR);
        Numbers numbers = DiagonalNumbers.of(kernels(), form, new double[2], new double[3], new double[3], new double[6], new double[12]);
        Tensor kernel = kernels().zeros(2, 4);
        SoftmaxKernel softmax = kernels().softmaxKernel();
        assertThatThrownBy(() -> softmax.forward(bilinear, numbers, EPSILON, kernel)).hasMessageContaining("rule")
                .hasMessageContaining("BILINEAR");
        assertThatThrownBy(() -> softmax.forward(form, numbers, 0, kernel)).hasMessageContaining("epsilon");
        assertThatThrownBy(() -> softmax.backward(form, numbers, EPSILON, kernels().zeros(3, 4), numbers))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("kernel");
    }
}
