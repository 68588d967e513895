package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.DiagonalScan.Complex;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

/** What every diagonal scan must do, real and complex. */
public abstract class DiagonalScanContract {
    private static final double STEP = 1e-6;
    private final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    /** Numbers of one scan; parts of complex tensors one after the other: a, u, initial, gradient of x, what gradients start from. */
    private record Case(int modes, int batch, int length, boolean complex, boolean initial, boolean accumulate, double[][] values) {

        static Case random(Gen gen, int length) {
            int modes = gen.between(1, 4);
            int batch = gen.between(1, 3);
            int rows = modes * batch;
            double[][] values = new double[10][];
            double[] radius = gen.numbers(modes);
            double[] angle = gen.numbers(modes);
            boolean complex = gen.coin();
            values[0] = new double[modes];
            values[1] = new double[modes];
            for (int m = 0; m < modes; m++) {
                double r = m == 0 ? 0.05 : 1 / (1 + 0.2 * Math.abs(radius[m]));
                values[0][m] = (float) (complex ? r * Math.cos(angle[m]) : Math.copySign(r, angle[m]));
                values[1][m] = (float) (r * Math.sin(angle[m]));
            }
            for (int part = 0; part < 2; part++) {
                values[2 + part] = gen.numbers(rows * length);
                values[4 + part] = gen.numbers(rows);
                values[6 + part] = gen.numbers(rows * length);
                values[8 + part] = gen.numbers(modes);
            }
            return new Case(modes, batch, length, complex, gen.coin(), gen.coin(), values);
        }

        private Complex of(Kernels kernels, int which, int... dims) {
            return new Complex(kernels.of(values[which], dims), kernels.of(values[which + 1], dims));
        }

        /** x and the last state, then gradients of a, u and the initial state; imaginary parts follow real ones. */
        double[][] run(Kernels kernels) {
            int[] rows = {modes, batch, length};
            Complex a = of(kernels, 0, modes);
            Complex u = of(kernels, 2, rows);
            Complex start = initial ? of(kernels, 4, modes, batch) : null;
            Complex gradient = of(kernels, 6, rows);
            Complex x = new Complex(kernels.zeros(rows), kernels.zeros(rows));
            Complex last = new Complex(kernels.zeros(modes, batch), kernels.zeros(modes, batch));
            Complex da = of(kernels, 8, modes);
            Complex du = accumulate ? of(kernels, 2, rows) : new Complex(kernels.zeros(rows), kernels.zeros(rows));
            Complex dInitial = new Complex(kernels.zeros(modes, batch), kernels.zeros(modes, batch));
            DiagonalScan scan = kernels.diagonalScan();
            if (complex) {
                scan.forward(a, u, start, x, last);
                scan.backward(a, x, start, gradient, da, du, accumulate, dInitial);
            } else {
                scan.forward(a.re(), u.re(), start == null ? null : start.re(), x.re(), last.re());
                scan.backward(a.re(), x.re(), start == null ? null : start.re(), gradient.re(), da.re(), du.re(), accumulate,
                        dInitial.re());
            }
            double[][] out = new double[10][];
            Complex[] results = {x, last, da, du, dInitial};
            for (int i = 0; i < results.length; i++) {
                out[2 * i] = kernels.toDoubles(results[i].re());
                out[2 * i + 1] = kernels.toDoubles(results[i].im());
            }
            return out;
        }
    }

    /** Powers of a are rounded once, sums of decaying terms a few times; da sums over batch and length. */
    private void near(String what, double[] found, double[] expected, double terms) {
        double bound = Math.max(1e-7, kernels().roundingUnit() * 16 * (terms + 32));
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("%s, element %d of %d", what, i, expected.length).isCloseTo(expected[i], Offset.offset(bound * scale));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100, 257})
    void scansOfAnyLengthEqualTheLoopsWithTheirGradients(int length) {
        Gen.forAll(20, gen -> {
            Case scan = Case.random(gen, length);
            double[][] found = scan.run(kernels());
            double[][] expected = scan.run(exact);
            for (int i = 0; i < expected.length; i++) {
                near("result " + i, found[i], expected[i], 32);
            }
        });
    }

    @Test
    void gradientsMatchFiniteDifferences() {
        Gen.forAll(40, gen -> {
            Case some = Case.random(gen, gen.between(1, 20));
            double[][] zeros = some.values.clone();
            zeros[8] = new double[some.modes];
            zeros[9] = new double[some.modes];
            Case scan = new Case(some.modes, some.batch, some.length, some.complex, true, false, zeros);
            double[][] found = scan.run(kernels());
            for (int input = 0; input < 3; input++) {
                for (int part = 0; part < (scan.complex ? 2 : 1); part++) {
                    double[] values = scan.values[2 * input + part];
                    double[] expected = new double[values.length];
                    for (int i = 0; i < values.length; i++) {
                        double keep = values[i];
                        values[i] = keep + STEP;
                        double up = loss(scan);
                        values[i] = keep - STEP;
                        double down = loss(scan);
                        values[i] = keep;
                        expected[i] = (up - down) / (2 * STEP);
                    }
                    near("gradient of input " + input, found[4 + 2 * input + part], expected, 32);
                }
            }
        });
    }

    private double loss(Case scan) {
        double[][] out = scan.run(exact);
        double sum = 0;
        for (int i = 0; i < out[0].length; i++) {
            sum += scan.values[6][i] * out[0][i] + (scan.complex ? scan.values[7][i] * out[1][i] : 0);
        }
        return sum;
    }

    @Test
    void statesMayReplaceTheirInputsAndGradientsTheirs() {
        Kernels kernels = kernels();
        Tensor a = kernels.of(new double[]{0.5, -0.25}, 2);
        Tensor both = kernels.of(new double[]{1, 0, 0, 4, 0, 0}, 2, 1, 3);
        kernels.diagonalScan().forward(a, both, null, both, null);
        near("x", kernels.toDoubles(both), new double[]{1, 0.5, 0.25, 4, -1, 0.25}, 1);
        Tensor gradient = kernels.of(new double[]{0, 0, 1, 0, 0, 1}, 2, 1, 3);
        Tensor da = kernels.zeros(2);
        kernels.diagonalScan().backward(a, both, null, gradient, da, gradient, false, null);
        near("du", kernels.toDoubles(gradient), new double[]{0.25, 0.5, 1, 0.0625, -0.25, 1}, 1);
        near("da", kernels.toDoubles(da), new double[]{0.5 + 0.5, -1 - 1}, 1);
    }

    @Test
    void rowsOfWrongShapesAreRefusedByName() {
        Kernels kernels = kernels();
        assertThatThrownBy(
                () -> kernels.diagonalScan().forward(kernels.zeros(3), kernels.zeros(2, 1, 4), null, kernels.zeros(2, 1, 4), null))
                .isInstanceOf(ShapeMismatchException.class).hasMessage("a: expected [2] but was [3]");
    }
}
