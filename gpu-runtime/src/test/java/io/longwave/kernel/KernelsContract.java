package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.ArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.WindowCentring.Offset;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

/**
 * What every set of kernels must do. Forward results are held against the float64 loops, gradients against central differences of the forward
 * pass of the float64 loops: d/dx of Σ w · y equals what the backward pass gives for w.
 */
public abstract class KernelsContract {
    private static final double STEP = 1e-6;
    private final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    /** Largest difference allowed for a result of size 1 made of {@code terms} roundings. */
    private double tolerance(int terms) {
        return Math.max(1e-8, kernels().roundingUnit() * 16 * (terms + 16));
    }

    private void near(Tensor found, double[] expected, int terms) {
        near(kernels().toDoubles(found), expected, terms);
    }

    private void near(double[] found, double[] expected, int terms) {
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("element %d of %d", i, expected.length).isCloseTo(expected[i],
                    org.assertj.core.data.Offset.offset(tolerance(terms) * scale));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 48, 63, 64, 65, 100})
    void productsOfAnySizeEqualPlainSums(int n) {
        Gen.forAll(4, gen -> {
            int groups = gen.between(1, 3);
            int m = gen.between(1, 20);
            int k = gen.between(1, 40);
            boolean transposeA = gen.coin();
            boolean transposeB = !transposeA && gen.coin();
            boolean accumulate = gen.coin();
            double[] a = gen.numbers(groups * m * k);
            double[] b = gen.numbers(groups * k * n);
            double[] c = gen.numbers(groups * m * n);
            double[] expected = product(exact, groups, m, n, k, a, transposeA, b, transposeB, c, accumulate);
            near(product(kernels(), groups, m, n, k, a, transposeA, b, transposeB, c, accumulate), expected, k);
        });
    }

    private static double[] product(Kernels kernels, int groups, int m, int n, int k, double[] a, boolean transposeA, double[] b,
            boolean transposeB, double[] c, boolean accumulate) {
        Tensor out = kernels.of(c, groups, m, n);
        kernels.matrixProduct().multiply(transposeA ? kernels.of(a, groups, k, m) : kernels.of(a, groups, m, k), transposeA,
                transposeB ? kernels.of(b, groups, n, k) : kernels.of(b, groups, k, n), transposeB, out, accumulate);
        return kernels.toDoubles(out);
    }

    @Test
    void aProductOfWrongShapesNamesBoth() {
        Kernels kernels = kernels();
        assertThatThrownBy(() -> kernels.matrixProduct().multiply(kernels.zeros(2, 3, 4), false, kernels.zeros(2, 5, 6), false,
                kernels.zeros(2, 3, 6), false)).isInstanceOf(ShapeMismatchException.class)
                .hasMessage("b: expected [2, 4, 6] but was [2, 5, 6]");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 47, 48, 49, 64, 100})
    void convolutionsOfAnyLengthEqualPlainSumsWithTheirGradients(int length) {
        Gen.forAll(6, gen -> {
            int variates = gen.between(1, 3);
            int rows = gen.between(1, 4);
            int perRow = gen.between(1, 3) * variates;
            int channels = rows * perRow;
            if (gen.coin()) {
                rows = channels; // a kernel per channel: the shared-series path where several channels read one series
            }
            if (gen.coin()) {
                variates = channels;
            }
            int batch = gen.between(1, 10);
            int taps = gen.between(1, length + 3);
            boolean accumulate = gen.coin();
            double[] u = gen.numbers(variates * batch * length);
            double[] k = gen.numbers(rows * taps);
            double[] y = gen.numbers(channels * batch * length);
            double[] skip = gen.numbers(channels);
            double[][] expected = convolve(exact, variates, batch, length, rows, taps, channels, u, k, y, skip, accumulate);
            double[][] found = convolve(kernels(), variates, batch, length, rows, taps, channels, u, k, y, skip, accumulate);
            for (int i = 0; i < expected.length; i++) {
                near(found[i], expected[i], batch * length);
            }
        });
    }

    private static double[][] convolve(Kernels kernels, int variates, int batch, int length, int rows, int taps, int channels, double[] u,
            double[] k, double[] y, double[] skip, boolean accumulate) {
        CausalConvolution convolution = kernels.causalConvolution();
        Tensor uTensor = kernels.of(u, variates, batch, length);
        Tensor kTensor = kernels.of(k, rows, taps);
        Tensor dy = kernels.of(y, channels, batch, length);
        Tensor skipTensor = kernels.of(skip, channels);
        Tensor forward = kernels.of(y, channels, batch, length);
        convolution.forward(uTensor, kTensor, forward, accumulate);
        Tensor du = kernels.of(u, variates, batch, length);
        convolution.inputGradient(dy, kTensor, du, accumulate);
        Tensor dk = kernels.of(k, rows, taps);
        convolution.kernelGradient(uTensor, dy, dk, accumulate);
        Tensor scaled = kernels.of(y, channels, batch, length);
        convolution.addScaled(uTensor, skipTensor, scaled);
        Tensor dskip = kernels.zeros(channels);
        convolution.skipGradient(uTensor, dy, dskip);
        Tensor duSkip = kernels.zeros(variates, batch, length);
        convolution.addScaledInputGradient(dy, skipTensor, duSkip);
        return new double[][]{kernels.toDoubles(forward), kernels.toDoubles(du), kernels.toDoubles(dk), kernels.toDoubles(scaled),
                kernels.toDoubles(dskip), kernels.toDoubles(duSkip)};
    }

    @Test
    void convolutionGradientsMatchFiniteDifferences() {
        Gen.forAll(5, gen -> {
            int channels = 4;
            int batch = 2;
            int length = 9;
            double[] k = gen.numbers(2 * 5);
            double[] u = gen.numbers(channels * batch * length);
            double[] w = gen.numbers(channels * batch * length);
            Kernels kernels = kernels();
            Tensor dk = kernels.zeros(2, 5);
            Tensor du = kernels.zeros(channels, batch, length);
            kernels.causalConvolution().kernelGradient(kernels.of(u, channels, batch, length), kernels.of(w, channels, batch, length), dk,
                    false);
            kernels.causalConvolution().inputGradient(kernels.of(w, channels, batch, length), kernels.of(k, 2, 5), du, false);
            Forward forward = (inputs) -> {
                Tensor y = exact.zeros(channels, batch, length);
                exact.causalConvolution().forward(exact.of(inputs[0], channels, batch, length), exact.of(inputs[1], 2, 5), y, false);
                return exact.toDoubles(y);
            };
            near(du, difference(forward, 0, w, u, k), 40);
            near(dk, difference(forward, 1, w, u, k), 40);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 64})
    void powersKernelsAndRolloutsEqualTheRecurrenceWithTheirGradients(int n) {
        Gen.forAll(4, gen -> {
            int rows = gen.between(1, 3);
            int steps = gen.between(1, 20);
            double[] a = normalized(gen.numbers(rows * n), n);
            double[] b = normalized(gen.numbers(rows * n), n);
            double[] c = gen.numbers(rows * n);
            double[] k = normalized(gen.numbers(rows * n), n);
            double[] dx = gen.numbers(rows * steps * n);
            double[] dk = gen.numbers(rows * steps);
            double[][] expected = recur(exact, rows, n, steps, a, b, c, k, dx, dk);
            double[][] found = recur(kernels(), rows, n, steps, a, b, c, k, dx, dk);
            for (int i = 0; i < expected.length; i++) {
                near(found[i], expected[i], 4 * (n + steps));
            }
        });
    }

    private static double[] normalized(double[] rows, int n) {
        for (int r = 0; r < rows.length; r += n) {
            double norm = 0;
            for (int i = r; i < r + n; i++) {
                norm += Math.abs(rows[i]);
            }
            for (int i = r; i < r + n; i++) {
                rows[i] = (float) (rows[i] / norm);
            }
        }
        return rows;
    }

    private static double[][] recur(Kernels kernels, int rows, int n, int steps, double[] a, double[] b, double[] c, double[] k,
            double[] dx,
            double[] dk) {
        CompanionRecurrence recurrence = kernels.companionRecurrence();
        Tensor aT = kernels.of(a, rows, n);
        Tensor bT = kernels.of(b, rows, n);
        Tensor cT = kernels.of(c, rows, n);
        Tensor kT = kernels.of(k, rows, n);
        Tensor dxT = kernels.of(dx, rows, steps, n);
        Tensor powers = kernels.zeros(rows, steps, n);
        recurrence.powers(aT, bT, powers);
        Tensor da = kernels.of(c, rows, n);
        Tensor db = kernels.of(c, rows, n);
        recurrence.powersBackward(aT, powers, dxT, da, db);
        Tensor kernel = kernels.zeros(rows, steps);
        recurrence.kernel(powers, cT, kernel);
        Tensor dPowers = kernels.of(dx, rows, steps, n);
        Tensor dc = kernels.of(b, rows, n);
        recurrence.kernelBackward(powers, cT, kernels.of(dk, rows, steps), dPowers, true, dc);
        Tensor rollout = kernels.zeros(rows, steps, n);
        recurrence.rollout(aT, bT, kT, cT, rollout);
        Tensor[] gradients = new Tensor[4];
        for (int i = 0; i < 4; i++) {
            gradients[i] = kernels.of(b, rows, n);
        }
        recurrence.rolloutBackward(aT, bT, kT, rollout, dxT, gradients[0], gradients[1], gradients[2], gradients[3]);
        return new double[][]{kernels.toDoubles(powers), kernels.toDoubles(da), kernels.toDoubles(db), kernels.toDoubles(kernel),
                kernels.toDoubles(dPowers), kernels.toDoubles(dc), kernels.toDoubles(rollout), kernels.toDoubles(gradients[0]),
                kernels.toDoubles(gradients[1]), kernels.toDoubles(gradients[2]), kernels.toDoubles(gradients[3])};
    }

    @Test
    void recurrenceGradientsMatchFiniteDifferences() {
        Gen.forAll(5, gen -> {
            int n = 5;
            int steps = 7;
            double[] a = normalized(gen.numbers(n), n);
            double[] b = normalized(gen.numbers(n), n);
            double[] k = normalized(gen.numbers(n), n);
            double[] c = gen.numbers(n);
            double[] w = gen.numbers(steps * n);
            Kernels kernels = kernels();
            CompanionRecurrence recurrence = kernels.companionRecurrence();
            Tensor aT = kernels.of(a, 1, n);
            Tensor bT = kernels.of(b, 1, n);
            Tensor kT = kernels.of(k, 1, n);
            Tensor weight = kernels.of(w, 1, steps, n);
            Tensor powers = kernels.zeros(1, steps, n);
            recurrence.powers(aT, bT, powers);
            Tensor da = kernels.zeros(1, n);
            Tensor db = kernels.zeros(1, n);
            recurrence.powersBackward(aT, powers, weight, da, db);
            Forward powersOf = inputs -> {
                Tensor out = exact.zeros(1, steps, n);
                exact.companionRecurrence().powers(exact.of(inputs[0], 1, n), exact.of(inputs[1], 1, n), out);
                return exact.toDoubles(out);
            };
            near(da, difference(powersOf, 0, w, a, b), 60);
            near(db, difference(powersOf, 1, w, a, b), 60);

            Tensor rollout = kernels.zeros(1, steps, n);
            recurrence.rollout(aT, bT, kT, kernels.of(c, 1, n), rollout);
            Tensor[] gradients = {kernels.zeros(1, n), kernels.zeros(1, n), kernels.zeros(1, n), kernels.zeros(1, n)};
            recurrence.rolloutBackward(aT, bT, kT, rollout, weight, gradients[0], gradients[1], gradients[2], gradients[3]);
            Forward rolloutOf = inputs -> {
                Tensor out = exact.zeros(1, steps, n);
                exact.companionRecurrence().rollout(exact.of(inputs[0], 1, n), exact.of(inputs[1], 1, n), exact.of(inputs[2], 1, n),
                        exact.of(inputs[3], 1, n), out);
                return exact.toDoubles(out);
            };
            for (int i = 0; i < 4; i++) {
                near(gradients[i], difference(rolloutOf, i, w, a, b, k, c), 100);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void normGradientsMatchFiniteDifferences(int order) {
        Gen.forAll(10, gen -> {
            int rows = 3;
            int n = 17;
            double[] a = gen.numbers(rows * n);
            double[] w = gen.numbers(rows * n);
            Kernels kernels = kernels();
            Tensor aT = kernels.of(a, rows, n);
            Tensor norms = kernels.zeros(rows);
            Tensor hat = kernels.zeros(rows, n);
            Tensor da = kernels.zeros(rows, n);
            kernels.rowNormalization().forward(aT, order, norms, hat);
            kernels.rowNormalization().backward(aT, order, norms, hat, kernels.of(w, rows, n), da, false);
            Forward forward = inputs -> {
                Tensor out = exact.zeros(rows, n);
                exact.rowNormalization().forward(exact.of(inputs[0], rows, n), order, exact.zeros(rows), out);
                return exact.toDoubles(out);
            };
            near(hat, forward.of(a), n);
            near(da, difference(forward, 0, w, a), 2 * n);
        });
    }

    @Test
    void rowsAreNotDividedWhenTheirMeanNormIsNextToNothing() {
        Kernels kernels = kernels();
        double[] tiny = {5e-5, 0, 0, 0};
        Tensor norms = kernels.zeros(2);
        Tensor hat = kernels.zeros(2, 2);
        kernels.rowNormalization().forward(kernels.of(tiny, 2, 2), 1, norms, hat);
        near(hat, tiny, 1);
        assertThat(kernels.toDoubles(norms)).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 15, 16, 17, 48, 100, 1007, 1008, 1009, 2100})
    void activatedLayersEqualPlainSumsWithTheirGradients(int positions) {
        Gen.forAll(2, gen -> {
            boolean residual = gen.coin();
            int channels = gen.between(1, 11);
            int outputs = residual ? channels : gen.between(1, 9);
            boolean accumulate = gen.coin();
            Dropout dropout = switch (gen.between(0, 2)) {
                case 0 -> Dropout.NONE;
                case 1 -> new Dropout(0.25, gen.between(-1000, 1000), 1);
                default -> new Dropout(0.4, gen.between(-1000, 1000), positions);
            };
            double[] s = gen.numbers(channels * positions);
            double[] w = gen.numbers(outputs * channels);
            double[] bias = gen.numbers(outputs);
            double[] y = gen.numbers(outputs * positions);
            double[][] expected = activate(exact, channels, outputs, positions, s, w, bias, y, dropout, residual, accumulate);
            double[][] found = activate(kernels(), channels, outputs, positions, s, w, bias, y, dropout, residual, accumulate);
            for (int i = 0; i < expected.length; i++) {
                near(found[i], expected[i], i < 2 ? 40 : 40 + positions / 4);
            }
        });
    }

    private static double[][] activate(Kernels kernels, int channels, int outputs, int positions, double[] s, double[] w, double[] bias,
            double[] y, Dropout dropout, boolean residual, boolean accumulate) {
        Tensor sT = kernels.of(s, channels, positions);
        Tensor wT = kernels.of(w, outputs, channels);
        Tensor out = kernels.of(y, outputs, positions);
        kernels.activatedLinear().forward(sT, wT, kernels.of(bias, outputs), dropout, residual, out, accumulate);
        Tensor ds = kernels.of(s, channels, positions);
        Tensor dw = kernels.of(w, outputs, channels);
        Tensor db = kernels.of(bias, outputs);
        kernels.activatedLinear().backward(sT, wT, dropout, residual, kernels.of(y, outputs, positions), ds, accumulate, dw, db);
        return new double[][]{kernels.toDoubles(out), kernels.toDoubles(ds), kernels.toDoubles(dw), kernels.toDoubles(db)};
    }

    @Test
    void activatedLayerGradientsMatchFiniteDifferences() {
        Gen.forAll(4, gen -> {
            int d = 3;
            int positions = 5;
            double[] s = gen.numbers(d * positions);
            double[] w = gen.numbers(d * d);
            double[] weight = gen.numbers(d * positions);
            Dropout dropout = new Dropout(0.3, gen.between(0, 1000), 1);
            double[][] found = activate(kernels(), d, d, positions, s, w, new double[d], weight, dropout, true, false);
            Forward forward = inputs -> {
                Tensor y = exact.zeros(d, positions);
                exact.activatedLinear().forward(exact.of(inputs[0], d, positions), exact.of(inputs[1], d, d), exact.zeros(d), dropout, true,
                        y,
                        false);
                return exact.toDoubles(y);
            };
            near(found[1], difference(forward, 0, weight, s, w), 60);
            double[] dw = difference(forward, 1, weight, s, w);
            for (int i = 0; i < dw.length; i++) {
                dw[i] += w[i]; // the kernel adds to what was there
            }
            near(found[2], dw, 60);
        });
    }

    @Test
    void geluIsExactOnBothTails() {
        Kernels kernels = kernels();
        double[] x = {-40, -9, -5, -3, -2, -1, -0.5, -1e-3, 0, 1e-3, 0.5, 1, 2, 3, 5, 9, 40};
        double[] gelu = {0, -1.016170722e-18, -1.4332581e-6, -0.0040496940, -0.0455002639, -0.1586552539, -0.1542687694, -4.9960105774e-4,
                0,
                5.0039894226e-4, 0.3457312306, 0.8413447461, 1.9544997361, 2.9959503060, 4.9999985667, 9, 40};
        Tensor y = kernels.zeros(1, x.length);
        kernels.activatedLinear().forward(kernels.of(x, 1, x.length), kernels.of(new double[]{1}, 1, 1), kernels.zeros(1), Dropout.NONE,
                false, y,
                false);
        double[] found = kernels.toDoubles(y);
        for (int i = 0; i < x.length; i++) {
            // 1.5e-7 of erf, times |x| / 2, in float32
            assertThat(found[i]).as("gelu(%s)", x[i]).isCloseTo(gelu[i],
                    org.assertj.core.data.Offset.offset(Math.max(1e-9, 5 * kernels().roundingUnit() * Math.max(1, Math.abs(x[i])))));
        }
    }

    @Test
    void dropoutLeavesOutItsShareAndScalesTheRest() {
        Kernels kernels = kernels();
        int n = 40_000;
        double[] ones = new double[n];
        Arrays.fill(ones, 40); // gelu(40) = 40
        Tensor y = kernels.zeros(1, n);
        kernels.activatedLinear().forward(kernels.of(ones, 1, n), kernels.of(new double[]{1}, 1, 1), kernels.zeros(1),
                new Dropout(0.25, 7, 1),
                false, y, false);
        double[] found = kernels.toDoubles(y);
        long dropped = Arrays.stream(found).filter(v -> v == 0).count();
        assertThat(dropped / (double) n).isBetween(0.24, 0.26); // 4.6 standard deviations
        assertThat(Arrays.stream(found).max().orElse(0)).isCloseTo(40 / 0.75, org.assertj.core.data.Offset.offset(1e-3));
    }

    @Test
    void windowsAreCentredOnWhatWasAskedAndRestored() {
        Gen.forAll(6, gen -> {
            Kernels kernels = kernels();
            int batch = gen.between(1, 4);
            int rows = gen.between(3, 20);
            int variates = gen.between(1, 3);
            int lag = gen.between(1, rows);
            double[] windows = gen.numbers(batch * rows * variates);
            for (Offset kind : Offset.values()) {
                Tensor offset = kernels.zeros(variates, batch);
                Tensor centred = kernels.zeros(variates, batch, rows);
                Tensor past = kernels.zeros(variates, batch, lag);
                kernels.windowCentring().centre(kernels.of(windows, batch, rows, variates), lag, kind, offset, centred, past);
                Tensor back = kernels.zeros(batch, rows, variates);
                kernels.windowCentring().restore(centred, offset, back);
                near(back, windows, 4);
                double[] pastValues = kernels.toDoubles(past);
                double sum = Arrays.stream(pastValues).sum();
                if (kind == Offset.MEAN) {
                    assertThat(sum).isCloseTo(0, org.assertj.core.data.Offset.offset(tolerance(rows) * batch * variates * lag));
                } else if (kind == Offset.LAST) {
                    assertThat(pastValues[lag - 1]).isZero();
                } else {
                    assertThat(kernels.toDoubles(offset)).containsOnly(0);
                }
            }
        });
    }

    @Test
    void rmseAndItsGradientMatchFiniteDifferences() {
        Gen.forAll(5, gen -> {
            Kernels kernels = kernels();
            double[] p = gen.numbers(2 * 3 * 9);
            double[] q = gen.numbers(2 * 3 * 7);
            Tensor loss = kernels.zeros(2);
            Tensor pT = kernels.of(p, 2, 3, 9);
            Tensor qT = kernels.of(q, 2, 3, 7);
            kernels.rmseLoss().forward(pT, 3, qT, 2, 5, loss, 1);
            Tensor dp = kernels.zeros(2, 3, 9);
            Tensor dq = kernels.zeros(2, 3, 7);
            kernels.rmseLoss().backward(pT, 3, qT, 2, 5, loss, 1, 0.5, dp, false, dq);
            Forward forward = inputs -> {
                Tensor out = exact.zeros(1);
                exact.rmseLoss().forward(exact.of(inputs[0], 2, 3, 9), 3, exact.of(inputs[1], 2, 3, 7), 2, 5, out, 0);
                return exact.toDoubles(out);
            };
            near(new double[]{kernels.toDoubles(loss)[1]}, forward.of(p, q), 30);
            near(dp, difference(forward, 0, new double[]{0.5}, p, q), 30);
            near(dq, difference(forward, 1, new double[]{0.5}, p, q), 30);
        });
    }

    @Test
    void rmseOfEqualStretchesHasGradientZero() {
        Kernels kernels = kernels();
        Tensor p = kernels.zeros(1, 1, 4);
        Tensor loss = kernels.zeros(1);
        Tensor dp = kernels.zeros(1, 1, 4);
        kernels.rmseLoss().forward(p, 0, p, 0, 4, loss, 0);
        kernels.rmseLoss().backward(p, 0, p, 0, 4, loss, 0, 1, dp, false, null);
        assertThat(kernels.toDoubles(dp)).containsOnly(0);
    }

    @Test
    void tensorsOfAnySizeAreClearedTogether() {
        Kernels kernels = kernels();
        List<Tensor> tensors = new ArrayList<>();
        for (int size : new int[]{5, 0, 1024, 1, 2300}) {
            double[] numbers = new double[size];
            Arrays.fill(numbers, 3);
            tensors.add(kernels.of(numbers, size));
        }
        Tensor beside = kernels.of(new double[]{7}, 1);
        kernels.clear(tensors);
        kernels.clear(List.of());
        kernels.clear(List.of(kernels.zeros(0)));
        for (Tensor tensor : tensors) {
            assertThat(kernels.toDoubles(tensor)).isEqualTo(new double[tensor.size()]);
        }
        assertThat(kernels.toDoubles(beside)).containsExactly(7);
    }

    @Test
    void adamWMovesByItsFormula() {
        Kernels kernels = kernels();
        Tensor p = kernels.of(new double[]{1, -2}, 2);
        Tensor m = kernels.zeros(2);
        Tensor v = kernels.zeros(2);
        AdamW.Settings settings = AdamW.Settings.of(0.1, 0.5);
        kernels.adamW().update(p, kernels.of(new double[]{3, -4}, 2), m, v, settings, 1);
        // bias correction makes the first move exactly lr · sign(g), after decay by 1 − lr · 0.5
        near(p, new double[]{0.95 - 0.1, -1.9 + 0.1}, 4);
        near(m, new double[]{0.3, -0.4}, 4);
        near(v, new double[]{0.009, 0.016}, 4);
    }

    private interface Forward {
        double[] of(double[]... inputs);
    }

    /** d/d(inputs[which]) of Σ w · forward(inputs), by central differences in float64. */
    private static double[] difference(Forward forward, int which, double[] w, double[]... inputs) {
        double[] x = inputs[which];
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double keep = x[i];
            x[i] = keep + STEP;
            double up = dot(w, forward.of(inputs));
            x[i] = keep - STEP;
            double down = dot(w, forward.of(inputs));
            x[i] = keep;
            out[i] = (up - down) / (2 * STEP);
        }
        return out;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
