package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.ShapeMismatchException;

/** What every grid scan must do. Forward passes are held against other orders of the same sums, gradients against central differences. */
public abstract class GridScanContract {
    private static final Discretization[] STEPPED = {Discretization.ZERO_ORDER_HOLD, Discretization.EXPONENTIAL, Discretization.EULER};
    private final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    /** Largest error allowed beside numbers of size 1: 1e-11 where 64 bits are computed with, else a few dozen roundings. */
    private double tolerance() {
        return Math.max(1e-11, kernels().roundingUnit() * 300);
    }

    private static void near(String what, double[] found, double[] expected, double tolerance) {
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        assertThat(found).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("%s, element %d of %d", what, i, expected.length).isCloseTo(expected[i],
                    org.assertj.core.data.Offset.offset(tolerance * scale));
        }
    }

    private static GridScanCase small(Gen gen) {
        return GridScanCase.random(gen, gen.between(1, 3), gen.between(1, 4), gen.between(1, 6), gen.between(1, 3), gen.between(1, 4));
    }

    /** Variates and time advance together along diagonals v + t: another order of the recurrence. */
    private static double[] wavefront(GridScanCase c) {
        double[] y = new double[c.channels * c.variates * c.steps * c.batch];
        for (int h = 0; h < c.channels; h++) {
            for (int b = 0; b < c.batch; b++) {
                double[][] h1 = new double[c.variates][c.n]; // (v, t − 1) before, (v, t) after variate v was stepped
                double[][] h2 = new double[c.variates][c.n];
                for (int v = 0; v < c.variates; v++) {
                    for (int k = 0; k < c.n; k++) {
                        h1[v][k] = c.inputs[12][((h * c.variates + variate(c, v)) * c.n + k) * c.batch + b];
                        h2[v][k] = c.inputs[13][((h * c.variates + variate(c, v)) * c.n + k) * c.batch + b];
                    }
                }
                for (int s = 0; s < c.steps + c.variates - 1; s++) {
                    double[][] up1 = new double[c.variates][c.n];
                    double[][] up2 = new double[c.variates][c.n];
                    for (int v = 1; v < c.variates; v++) { // what variate v − 1 produced one step ago stands at the same time
                        up1[v] = h1[v - 1].clone();
                        up2[v] = h2[v - 1].clone();
                    }
                    for (int v = 0; v < c.variates; v++) {
                        int t = s - v;
                        if (t >= 0 && t < c.steps) {
                            step(c, h, variate(c, v), t, b, h1[v], h2[v], up1[v], up2[v], y);
                        }
                    }
                }
            }
        }
        return y;
    }

    private static int variate(GridScanCase c, int i) {
        return c.form.reverseVariates() ? c.variates - 1 - i : i;
    }

    private static void step(GridScanCase c, int h, int v, int t, int b, double[] h1, double[] h2, double[] up1, double[] up2, double[] y) {
        int at = ((h * c.variates + v) * c.steps + t) * c.batch + b;
        double x = c.inputs[0][at];
        double[] before1 = h1.clone();
        double[] before2 = h2.clone();
        double sum = c.inputs[9][h] * x;
        for (int k = 0; k < c.n; k++) {
            int p = h * c.n + k;
            int q = c.selective ? ((k * c.variates + v) * c.steps + t) * c.batch + b : p;
            double step1 = c.inputs[10].length == 0 ? 0 : c.inputs[10][at];
            double step2 = c.inputs[11].length == 0 ? 0 : c.inputs[11][at];
            double[] one = discrete(c.form.time(), c.inputs[1][p], c.inputs[2][p], c.inputs[5][q], step1);
            double[] two = discrete(c.form.variates(), c.inputs[4][p], c.inputs[3][p], c.inputs[6][q], step2);
            double along = c.form.companion() ? one[0] * before1[c.n - 1] + (k > 0 ? before1[k - 1] : 0) : one[0] * before1[k];
            h1[k] = along + one[1] * before2[k] + one[2] * x;
            h2[k] = two[1] * up1[k] + two[0] * up2[k] + two[2] * x;
            sum += c.inputs[7][q] * h1[k] + c.inputs[8][q] * h2[k];
        }
        y[at] = sum;
    }

    private static double[] discrete(Discretization discretization, double a, double other, double b, double step) {
        double hold = a == 0 ? step : Math.expm1(step * a) / a;
        return switch (discretization) {
            case NONE -> new double[]{a, other, b};
            case ZERO_ORDER_HOLD -> new double[]{Math.exp(step * a), hold * other, hold * b};
            case EXPONENTIAL -> new double[]{Math.exp(step * a), Math.exp(step * other), hold * b};
            case EULER -> new double[]{Math.exp(step * a), step * other, step * b};
        };
    }

    @Test
    void theColumnSweepEqualsTheWavefront() {
        Gen.forAll(60, gen -> {
            GridScanCase c = GridScanCase.random(gen, gen.between(1, 5), gen.between(1, 6), gen.between(1, 40), gen.between(1, 4),
                    gen.between(1, 6));
            near("y of " + c.form, c.forward(kernels())[0], wavefront(c), tolerance());
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 9, 15, 16, 17, 23, 32, 33})
    void aBatchOfAnySizeGivesTheStatesAndGradientsOfTheReference(int batch) {
        Gen.forAll(8, gen -> equalsTheReference(gen,
                GridScanCase.random(gen, gen.between(1, 9), gen.between(1, 5), gen.between(1, 90), batch, gen.between(1, 5))));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 12, 13, 24, 25, 33, 70})
    void anyNumberOfVariatesGivesTheStatesAndGradientsOfTheReference(int variates) {
        Gen.forAll(5, gen -> equalsTheReference(gen,
                GridScanCase.random(gen, gen.between(1, 2), variates, gen.between(1, 40), gen.between(1, 3), gen.between(1, 9))));
    }

    private void equalsTheReference(Gen gen, GridScanCase c) {
        double[][] expected = c.forward(exact);
        double[][] found = c.forward(kernels());
        for (int i = 0; i < expected.length; i++) {
            near("forward " + i + " of " + c.form, found[i], expected[i], tolerance());
        }
        double[][] weights = {gen.numbers(expected[0].length), gen.numbers(expected[1].length), gen.numbers(expected[2].length)};
        double[][] gradients = c.backward(exact, weights, 0.5);
        double[][] foundGradients = c.backward(kernels(), weights, 0.5);
        for (int i = 0; i < gradients.length; i++) {
            near("d " + GridScanCase.NAMES[i] + " of " + c.form, foundGradients[i], gradients[i], 3 * tolerance());
        }
    }

    @Test
    void gradientsEqualCentralDifferences() {
        Gen.forAll(40, gen -> {
            GridScanCase c = gen.coin() ? small(gen) : GridScanCase.random(gen, 1, 3, 5, 1, 2);
            double[][] y = c.forward(exact);
            double[][] weights = {gen.numbers(y[0].length), gen.numbers(y[1].length), gen.numbers(y[2].length)};
            double[][] gradients = c.backward(kernels(), weights, 0);
            for (int i = 0; i < c.inputs.length; i++) {
                double[] differences = new double[c.inputs[i].length];
                for (int j = 0; j < differences.length; j++) {
                    double value = c.inputs[i][j];
                    double step = 1e-5 * Math.max(0.1, Math.abs(value));
                    c.inputs[i][j] = value + step;
                    double above = loss(c, weights);
                    c.inputs[i][j] = value - step;
                    double below = loss(c, weights);
                    c.inputs[i][j] = value;
                    differences[j] = (above - below) / (2 * step);
                }
                // truncation of the difference quotient is step² · third derivative
                near("d " + GridScanCase.NAMES[i] + " of " + c.form, gradients[i], differences, Math.max(1e-7, 3 * tolerance()));
            }
        });
    }

    private double loss(GridScanCase c, double[][] weights) {
        double[][] out = c.forward(exact);
        double sum = 0;
        for (int i = 0; i < out.length; i++) {
            for (int j = 0; j < out[i].length; j++) {
                sum += out[i][j] * weights[i][j];
            }
        }
        return sum;
    }

    @Test
    void withoutCouplingItIsOneScanAlongEachAxis() {
        Gen.forAll(20, gen -> {
            GridScanCase c = GridScanCase.random(gen,
                    new Form(Discretization.ZERO_ORDER_HOLD, Discretization.ZERO_ORDER_HOLD, false, gen.coin()),
                    gen.coin(), gen.between(1, 3), gen.between(1, 5), gen.between(1, 70), gen.between(1, 3), gen.between(1, 4));
            Arrays.fill(c.inputs[2], 0);
            Arrays.fill(c.inputs[3], 0);
            double[] expected = new double[c.inputs[0].length];
            for (int h = 0; h < c.channels; h++) {
                for (int b = 0; b < c.batch; b++) {
                    for (int k = 0; k < c.n; k++) {
                        addScans(c, h, b, k, expected);
                    }
                    for (int v = 0; v < c.variates; v++) {
                        for (int t = 0; t < c.steps; t++) {
                            int at = ((h * c.variates + v) * c.steps + t) * c.batch + b;
                            expected[at] += c.inputs[9][h] * c.inputs[0][at];
                        }
                    }
                }
            }
            near("y", c.forward(kernels())[0], expected, tolerance());
        });
    }

    /** One mode: a scan along time for each variate, then one along the variates for each time. */
    private static void addScans(GridScanCase c, int h, int b, int k, double[] y) {
        int p = h * c.n + k;
        for (int v = 0; v < c.variates; v++) {
            double state = c.inputs[12][((h * c.variates + v) * c.n + k) * c.batch + b];
            for (int t = 0; t < c.steps; t++) {
                int at = ((h * c.variates + v) * c.steps + t) * c.batch + b;
                int q = c.selective ? ((k * c.variates + v) * c.steps + t) * c.batch + b : p;
                double[] d = discrete(c.form.time(), c.inputs[1][p], 0, c.inputs[5][q], c.inputs[10][at]);
                state = d[0] * state + d[2] * c.inputs[0][at];
                y[at] += c.inputs[7][q] * state;
            }
        }
        for (int t = 0; t < c.steps; t++) {
            double state = 0;
            for (int i = 0; i < c.variates; i++) {
                int v = variate(c, i);
                int at = ((h * c.variates + v) * c.steps + t) * c.batch + b;
                int q = c.selective ? ((k * c.variates + v) * c.steps + t) * c.batch + b : p;
                double[] d = discrete(c.form.variates(), c.inputs[4][p], 0, c.inputs[6][q], c.inputs[11][at]);
                state = d[0] * state + d[2] * c.inputs[0][at];
                y[at] += c.inputs[8][q] * state;
            }
        }
    }

    @Test
    void constantParametersAreATwoDimensionalConvolutionWithTheImpulseResponse() {
        Gen.forAll(20, gen -> {
            boolean companion = gen.coin();
            GridScanCase c = GridScanCase.random(gen, new Form(Discretization.NONE, Discretization.NONE, companion, false), false, 1,
                    gen.between(1, 5), gen.between(1, 20), 1, gen.between(1, 4));
            Arrays.fill(c.inputs[12], 0);
            Arrays.fill(c.inputs[13], 0);
            double[] x = c.inputs[0].clone();
            Arrays.fill(c.inputs[0], 0);
            c.inputs[0][0] = 1;
            double[] kernel = c.forward(kernels())[0];
            c.inputs[0] = x;
            double[] expected = new double[x.length];
            for (int v = 0; v < c.variates; v++) {
                for (int t = 0; t < c.steps; t++) {
                    for (int i = 0; i <= v; i++) {
                        for (int j = 0; j <= t; j++) {
                            expected[v * c.steps + t] += kernel[i * c.steps + j] * x[(v - i) * c.steps + t - j];
                        }
                    }
                }
            }
            near("y", c.forward(kernels())[0], expected, tolerance());
        });
    }

    @Test
    void cuttingTheSequenceInTimeChangesNoBit() {
        Gen.forAll(20, gen -> {
            GridScanCase c = GridScanCase.random(gen, gen.between(1, 5), gen.between(1, 4), gen.between(2, 150), gen.between(1, 20),
                    gen.between(1, 4));
            double[][] whole = c.forward(kernels());
            for (int chunk : new int[]{1, 7, c.steps}) {
                double[] y = new double[whole[0].length];
                double[] h1 = c.inputs[12];
                double[] h2 = c.inputs[13];
                for (int from = 0; from < c.steps; from += chunk) {
                    GridScanCase part = columns(c, from, Math.min(c.steps, from + chunk));
                    part.inputs[12] = h1;
                    part.inputs[13] = h2;
                    double[][] out = part.forward(kernels());
                    place(c, out[0], from, part.steps, y);
                    h1 = out[1];
                    h2 = out[2];
                }
                assertThat(y).as("y in chunks of %d of %d", chunk, c.steps).isEqualTo(whole[0]);
                assertThat(h1).isEqualTo(whole[1]);
                assertThat(h2).isEqualTo(whole[2]);
            }
        });
    }

    @Test
    void oneMemberOfTheBatchDoesNotDependOnTheOthers() {
        Gen.forAll(10, gen -> {
            GridScanCase c = GridScanCase.random(gen, gen.between(1, 5), gen.between(1, 4), gen.between(2, 20), gen.between(2, 40),
                    gen.between(1, 4));
            double[] whole = c.forward(kernels())[0];
            int chosen = gen.between(0, c.batch - 1);
            GridScanCase alone = new GridScanCase(c.form, c.selective, c.channels, c.variates, c.steps, 1, c.n);
            for (int i = 0; i < c.inputs.length; i++) {
                int[] dims = c.dims(i);
                alone.inputs[i] = dims.length == 4 ? member(c.inputs[i], c.batch, chosen) : c.inputs[i];
            }
            assertThat(alone.forward(kernels())[0]).isEqualTo(member(whole, c.batch, chosen));
        });
    }

    private static double[] member(double[] values, int batch, int chosen) {
        double[] out = new double[values.length / batch];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i * batch + chosen];
        }
        return out;
    }

    private static GridScanCase columns(GridScanCase c, int from, int to) {
        GridScanCase part = new GridScanCase(c.form, c.selective, c.channels, c.variates, to - from, c.batch, c.n);
        for (int i = 0; i < c.inputs.length; i++) {
            boolean overTime = i == 0 || i == 10 || i == 11 || c.selective && i >= 5 && i < 9;
            part.inputs[i] = overTime && c.inputs[i].length > 0 ? cut(c.inputs[i], c.steps, c.batch, from, to) : c.inputs[i];
        }
        return part;
    }

    private static double[] cut(double[] values, int steps, int batch, int from, int to) {
        int rows = values.length / (steps * batch);
        double[] out = new double[rows * (to - from) * batch];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(values, (row * steps + from) * batch, out, row * (to - from) * batch, (to - from) * batch);
        }
        return out;
    }

    private static void place(GridScanCase c, double[] part, int from, int count, double[] y) {
        for (int row = 0; row < c.channels * c.variates; row++) {
            System.arraycopy(part, row * count * c.batch, y, (row * c.steps + from) * c.batch, count * c.batch);
        }
    }

    @Test
    void aLaterInputChangesNoEarlierOutput() {
        Gen.forAll(10, gen -> {
            GridScanCase c = GridScanCase.random(gen, gen.between(1, 3), gen.between(1, 4), gen.between(2, 80), gen.between(1, 3),
                    gen.between(1, 4));
            double[] before = c.forward(kernels())[0];
            int changed = gen.between(1, c.steps - 1);
            for (int i = 0; i < c.inputs[0].length; i++) {
                if (i / c.batch % c.steps == changed) {
                    c.inputs[0][i] += 1;
                }
            }
            double[] after = c.forward(kernels())[0];
            for (int i = 0; i < before.length; i++) {
                if (i / c.batch % c.steps < changed) {
                    assertThat(after[i]).isEqualTo(before[i]);
                }
            }
            assertThat(after).isNotEqualTo(before);
        });
    }

    /** |h| ≤ max |B x / A| / (1 − γ) with A2 = γ A1 tanh p2 and A3 = γ A4 tanh p3, whatever the steps; reached by constant inputs. */
    @Test
    void heldStatesStayWithinTheirBoundForStepsFromAMillionthToAThousand() {
        double gamma = 0.9;
        double slack = Math.max(1e-12, 1e-5 * kernels().roundingUnit() / 0x1p-24);
        Gen.forAll(40, gen -> {
            GridScanCase c = GridScanCase.random(gen,
                    new Form(Discretization.ZERO_ORDER_HOLD, Discretization.ZERO_ORDER_HOLD, false, gen.coin()),
                    true, 2, gen.between(1, 6), gen.between(1, 120), gen.between(1, 17), gen.between(1, 4));
            for (int i = 0; i < c.inputs[1].length; i++) {
                c.inputs[1][i] = -(float) Math.exp(2 * c.inputs[1][i]);
                c.inputs[4][i] = -(float) Math.exp(2 * c.inputs[4][i]);
                c.inputs[2][i] = (float) (gamma * c.inputs[1][i] * (gen.coin() ? 1 : Math.tanh(c.inputs[2][i])));
                c.inputs[3][i] = (float) (gamma * c.inputs[4][i] * (gen.coin() ? 1 : Math.tanh(c.inputs[3][i])));
            }
            for (int which : new int[]{10, 11}) {
                for (int i = 0; i < c.inputs[which].length; i++) {
                    c.inputs[which][i] = (float) Math.pow(10, gen.between(-6, 3));
                }
            }
            Arrays.fill(c.inputs[12], 0);
            Arrays.fill(c.inputs[13], 0);
            double bound = 0;
            for (int h = 0; h < c.channels; h++) {
                for (int k = 0; k < c.n; k++) {
                    for (int i = 0; i < c.variates * c.steps * c.batch; i++) {
                        int q = k * c.variates * c.steps * c.batch + i;
                        double x = c.inputs[0][h * c.variates * c.steps * c.batch + i];
                        bound = Math.max(bound, Math.abs(c.inputs[5][q] * x / c.inputs[1][h * c.n + k]));
                        bound = Math.max(bound, Math.abs(c.inputs[6][q] * x / c.inputs[4][h * c.n + k]));
                    }
                }
            }
            double[][] out = c.forward(kernels());
            assertThat(Arrays.stream(out[0]).allMatch(Double::isFinite)).isTrue();
            for (int s = 1; s <= 2; s++) {
                for (double state : out[s]) {
                    assertThat(Math.abs(state)).isLessThanOrEqualTo(bound / (1 - gamma) * (1 + slack));
                }
            }
            double[][] weights = {gen.numbers(out[0].length), gen.numbers(out[1].length), gen.numbers(out[2].length)};
            for (double[] gradient : c.backward(kernels(), weights, 0)) {
                assertThat(Arrays.stream(gradient).allMatch(Double::isFinite)).isTrue();
            }
        });
    }

    /** A zero in A makes a pure integrator: (Ā − 1)/A is Δ there. */
    @Test
    void aZeroOnTheDiagonalIntegrates() {
        for (Discretization discretization : STEPPED) {
            GridScanCase c = new GridScanCase(new Form(discretization, Discretization.NONE, false, false), false, 1, 1, 3, 1, 1);
            double[][] values = {{1, 2, 4}, {0}, {discretization == Discretization.EXPONENTIAL ? -3 : 0}, {0}, {0}, {1}, {0}, {1}, {0}, {0},
                    {0.5, 0.25, 0.125}, {}, {0}, {0}};
            System.arraycopy(values, 0, c.inputs, 0, values.length);
            near(discretization.name(), c.forward(kernels())[0], new double[]{0.5, 1, 1.5}, tolerance());
            double[][] gradients = c.backward(kernels(), new double[][]{{0, 0, 1}, {0}, {0}}, 0);
            // d y[2] / dA = Σ x Δ (later steps, and half of Δ itself where the input is held over it)
            double held = discretization == Discretization.EULER ? 0 : 0.5 * (0.25 + 0.125 + 0.0625);
            near("dA of " + discretization, gradients[1], new double[]{0.5 * 0.375 + 0.5 * 0.125 + held}, tolerance());
        }
    }

    @Test
    void shapesThatDoNotFitAreNamed() {
        Kernels kernels = kernels();
        GridScanCase c = new GridScanCase(new Form(Discretization.NONE, Discretization.NONE, false, false), false, 2, 1, 3, 1, 4);
        for (int i = 0; i < c.inputs.length; i++) {
            c.inputs[i] = i == 10 || i == 11 ? new double[0] : new double[c.size(c.dims(i))];
        }
        assertThat(c.forward(kernels)[0]).containsOnly(0);
        GridScan.Parameters wrong = new GridScan.Parameters(kernels.zeros(2, 4), kernels.zeros(2, 3), kernels.zeros(2, 4),
                kernels.zeros(2, 4),
                kernels.zeros(2, 4), kernels.zeros(2, 4), kernels.zeros(2, 4), kernels.zeros(2, 4), kernels.zeros(2), null, null);
        assertThatThrownBy(
                () -> kernels.gridScan().forward(c.form, kernels.zeros(2, 1, 3, 1), wrong, null, kernels.zeros(2, 1, 3, 1), null, null))
                .isInstanceOf(ShapeMismatchException.class).hasMessage("a2: expected [2, 4] but was [2, 3]");
        assertThatThrownBy(() -> new Form(Discretization.EULER, Discretization.NONE, true, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected discretization NONE");
    }
}
