package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.LongConvolution.Gradients;
import io.longwave.kernel.LongConvolution.Terms;
import io.longwave.kernel.TapRegularization.Settings;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

/**
 * What every long convolution must do. The double sum of the float64 loops is the specification; its gradients are held against central
 * differences.
 */
public abstract class LongConvolutionContract {
    private static final double STEP = 1e-6;
    private final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    /** Sizes and numbers of one convolution. */
    private record Case(int variates, int channels, int batch, int length, int rows, int taps, double[] input, double[] kernel,
            double @Nullable [] back, int backTaps, double @Nullable [] skip, double @Nullable [] inputGate,
            double @Nullable [] outputGate, int halfWidth, double threshold) {

        static Case random(Gen gen, int length, int taps) {
            int rows = gen.between(1, 3);
            int variates = gen.between(1, 2);
            int channels = rows * variates * gen.between(1, 2);
            if (gen.coin()) {
                variates = channels;
            }
            int batch = gen.between(1, length < 100 ? 10 : 3);
            int backTaps = gen.between(1, length + 3);
            return new Case(variates, channels, batch, length, rows, taps, gen.numbers(variates * batch * length),
                    gen.numbers(rows * taps), gen.coin() ? gen.numbers(rows * backTaps) : null, backTaps,
                    gen.coin() ? gen.numbers(channels) : null, gen.coin() ? gen.numbers(variates * batch * length) : null,
                    gen.coin() ? gen.numbers(channels * batch * length) : null, gen.coin() ? gen.between(1, 3) : 0, gen.coin() ? 0.1 : 0);
        }

        Case causal() {
            return new Case(variates, channels, batch, length, rows, taps, input, kernel, null, 0, skip, inputGate, outputGate, halfWidth,
                    threshold);
        }

        Terms terms(Kernels kernels) {
            return Terms.of(kernels.of(input, variates, batch, length), kernels.of(kernel, rows, taps))
                    .withBack(back == null ? null : kernels.of(back, rows, backTaps))
                    .withSkip(skip == null ? null : kernels.of(skip, channels))
                    .withGates(inputGate == null ? null : kernels.of(inputGate, variates, batch, length),
                            outputGate == null ? null : kernels.of(outputGate, channels, batch, length))
                    .withRegularization(new Settings(halfWidth, threshold == 0 ? null : kernels.of(new double[]{threshold}, 1)));
        }

        double[] forward(Kernels kernels) {
            Tensor y = kernels.zeros(channels, batch, length);
            kernels.longConvolution().forward(terms(kernels), y);
            return kernels.toDoubles(y);
        }

        /** Gradients of all terms there are, added to ones. */
        List<double[]> backward(Kernels kernels, double[] weight) {
            Terms terms = terms(kernels);
            Gradients gradients = new Gradients(ones(kernels, terms.input()), ones(kernels, terms.kernel()), ones(kernels, terms.back()),
                    ones(kernels, terms.skip()), ones(kernels, terms.inputGate()), ones(kernels, terms.outputGate()));
            kernels.longConvolution().backward(terms, kernels.of(weight, channels, batch, length), gradients);
            List<double[]> values = new ArrayList<>();
            for (Tensor gradient : new Tensor[]{gradients.input(), gradients.kernel(), gradients.back(), gradients.skip(),
                    gradients.inputGate(), gradients.outputGate()}) {
                if (gradient != null) {
                    values.add(kernels.toDoubles(gradient));
                }
            }
            return values;
        }

        private static @Nullable Tensor ones(Kernels kernels, @Nullable Tensor like) {
            if (like == null) {
                return null;
            }
            Tensor ones = kernels.zeros(like.shape().toArray());
            kernels.fill(ones, 1);
            return ones;
        }

        List<double[]> arrays() {
            List<double[]> arrays = new ArrayList<>();
            for (double[] array : new double[][]{input, kernel, back, skip, inputGate, outputGate}) {
                if (array != null) {
                    arrays.add(array);
                }
            }
            return arrays;
        }
    }

    /**
     * Rounding of a transform is relative to the norms of what is convolved, not to each number. Standard normal numbers: rows of length L
     * have sums of size √L with the gates; 40 units for the passes there and back.
     */
    private void near(double[] found, double[] expected, int terms) {
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        double bound = Math.max(1e-11, kernels().roundingUnit() * (40 + 2 * Math.sqrt(terms))) * scale;
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("number %d of %d", i, expected.length).isCloseTo(expected[i], Offset.offset(bound));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 15, 16, 17, 63, 100, 192, 255, 256, 257, 384, 700})
    void convolutionsOfAnyLengthEqualTheDoubleSumWithTheirGradients(int length) {
        Gen.forAll(4, gen -> {
            Case convolution = Case.random(gen, length, gen.between(1, length + 5));
            double[] weight = gen.numbers(convolution.channels * convolution.batch * length);
            near(convolution.forward(kernels()), convolution.forward(exact), length);
            List<double[]> expected = convolution.backward(exact, weight);
            List<double[]> found = convolution.backward(kernels(), weight);
            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                near(found.get(i), expected.get(i), convolution.batch * length);
            }
        });
    }

    /** Short kernels over long rows: these are cut in pieces. */
    @Test
    void shortKernelsOverLongRowsEqualTheDoubleSumWithTheirGradients() {
        Gen.forAll(4, gen -> {
            int length = gen.between(600, 4000);
            Case convolution = Case.random(gen, length, gen.between(1, 100)).causal();
            double[] weight = gen.numbers(convolution.channels * convolution.batch * length);
            near(convolution.forward(kernels()), convolution.forward(exact), 100);
            List<double[]> expected = convolution.backward(exact, weight);
            List<double[]> found = convolution.backward(kernels(), weight);
            for (int i = 0; i < expected.size(); i++) {
                near(found.get(i), expected.get(i), convolution.batch * length);
            }
        });
    }

    @Test
    void gradientsMatchFiniteDifferences() {
        Gen.forAll(6, gen -> {
            int length = gen.between(1, 12);
            Case convolution = Case.random(gen, length, gen.between(1, length + 2));
            double[] weight = gen.numbers(convolution.channels * convolution.batch * length);
            List<double[]> found = convolution.backward(kernels(), weight);
            List<double[]> arrays = convolution.arrays();
            for (int a = 0; a < arrays.size(); a++) {
                double[] x = arrays.get(a);
                double[] expected = new double[x.length];
                for (int i = 0; i < x.length; i++) {
                    double keep = x[i];
                    x[i] = keep + STEP;
                    double up = dot(weight, convolution.forward(exact));
                    x[i] = keep - STEP;
                    double down = dot(weight, convolution.forward(exact));
                    x[i] = keep;
                    expected[i] = 1 + (up - down) / (2 * STEP);
                }
                double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
                // central differences of a form of third degree: rounding 1e-16 / STEP times the size of the sum
                double bound = (1e-7 + kernels().roundingUnit() * 100) * scale;
                for (int i = 0; i < expected.length; i++) {
                    assertThat(found.get(a)[i]).as("term %d, number %d", a, i).isCloseTo(expected[i], Offset.offset(bound));
                }
            }
        });
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void tapsPastTheSequenceHaveGradientZero() {
        Kernels kernels = kernels();
        Gen.forAll(4, gen -> {
            int length = gen.between(1, 300);
            int taps = length + gen.between(1, 50);
            Terms terms = Terms.of(kernels.of(gen.numbers(length), 1, 1, length), kernels.of(gen.numbers(taps), 1, taps))
                    .withBack(kernels.of(gen.numbers(taps), 1, taps));
            Tensor dk = kernels.zeros(1, taps);
            Tensor dBack = kernels.zeros(1, taps);
            kernels.longConvolution().backward(terms, kernels.of(gen.numbers(length), 1, 1, length),
                    new Gradients(null, dk, dBack, null, null, null));
            assertThat(Arrays.copyOfRange(kernels.toDoubles(dk), length, taps)).containsOnly(0);
            assertThat(Arrays.copyOfRange(kernels.toDoubles(dBack), length - 1, taps)).containsOnly(0);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 20, 64, 300, 600})
    void aSequenceInPiecesOfAnySizeGivesTheNumbersOfTheWhole(int taps) {
        Gen.forAll(4, gen -> {
            Kernels kernels = kernels();
            int length = gen.between(1, 900);
            Case whole = Case.random(gen, length, taps).causal();
            double[] expected = whole.forward(exact);
            Tensor tail = kernels.zeros(whole.channels, whole.batch, taps - 1);
            double[] found = new double[expected.length];
            int longest = gen.coin() ? 5 : length; // ticks, or pieces
            for (int from = 0; from < length;) {
                int count = Math.min(length - from, gen.between(1, longest));
                Case piece = new Case(whole.variates, whole.channels, whole.batch, count, whole.rows, taps,
                        part(whole.input, length, from, count), whole.kernel, null, 0, whole.skip,
                        whole.inputGate == null ? null : part(whole.inputGate, length, from, count),
                        whole.outputGate == null ? null : part(whole.outputGate, length, from, count), whole.halfWidth,
                        whole.threshold);
                Tensor y = kernels.zeros(whole.channels, whole.batch, count);
                kernels.longConvolution().proceed(piece.terms(kernels), tail, y);
                double[] values = kernels.toDoubles(y);
                for (int i = 0; i < values.length; i++) {
                    found[i / count * length + from + i % count] = values[i];
                }
                from += count;
            }
            near(found, expected, 4 * length);
        });
    }

    private static double[] part(double[] rows, int length, int from, int count) {
        double[] out = new double[rows.length / length * count];
        for (int i = 0; i < out.length; i++) {
            out[i] = rows[i / count * length + from + i % count];
        }
        return out;
    }

    @Test
    void termsOfWrongShapesAreRefusedByName() {
        Kernels kernels = kernels();
        LongConvolution convolution = kernels.longConvolution();
        Terms terms = Terms.of(kernels.zeros(4, 2, 9), kernels.zeros(2, 5));
        Tensor y = kernels.zeros(4, 2, 9);
        assertThatThrownBy(() -> convolution.forward(terms.withSkip(kernels.zeros(2)), y)).isInstanceOf(ShapeMismatchException.class)
                .hasMessage("skip: expected [4] but was [2]");
        assertThatThrownBy(() -> convolution.forward(terms.withGates(null, kernels.zeros(4, 2, 8)), y))
                .hasMessage("output gate: expected [4, 2, 9] but was [4, 2, 8]");
        assertThatThrownBy(() -> convolution.forward(terms.withBack(kernels.zeros(4, 5)), y))
                .hasMessage("back: expected [2, 5] but was [4, 5]");
        assertThatThrownBy(() -> convolution.proceed(terms, kernels.zeros(4, 2, 5), y))
                .hasMessage("tail: expected [4, 2, 4] but was [4, 2, 5]");
        assertThatThrownBy(() -> convolution.proceed(terms.withBack(kernels.zeros(2, 5)), kernels.zeros(4, 2, 4), y))
                .hasMessageContaining("knows no future");
        assertThatThrownBy(() -> convolution.backward(terms, y, new Gradients(null, null, null, kernels.zeros(4), null, null)))
                .hasMessageContaining("skip: a gradient of shape [4] is wanted but there is no such term");
    }
}
