package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.Tensor;

/** What every selective scan must do, with gradients against central differences of the float64 loops. */
public abstract class SelectiveScanContract {
    private static final double STEP = 1e-6;
    private final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    /** One random scan: sizes, switches and the numbers of all inputs, of which the last four may be absent. */
    private record Case(int channels, int heads, int batch, int length, int states, int groups, boolean oneDecay, boolean exactHold,
            boolean reversed, boolean skip,
            boolean bias, boolean gate, boolean initial, double[][] values, double[] weight, double[] lastWeight) {

        /** Half of them have a head per channel, a fourth is of the form of Mamba-2. */
        static Case random(Gen gen, int groups, int perGroup, int length) {
            int heads = groups * perGroup;
            int channels = heads * (gen.coin() ? 1 : gen.between(2, 20));
            int batch = gen.between(1, 3);
            int states = gen.between(1, 5);
            int rows = channels * batch * length;
            boolean oneDecay = gen.coin();
            double[] a = gen.numbers(heads * (oneDecay ? 1 : states));
            for (int i = 0; i < a.length; i++) {
                a[i] = (float) (i % 5 == 4 ? -0.003 * Math.abs(a[i]) : -0.02 - Math.abs(a[i]));
            }
            int inputs = groups * states * batch * length;
            return new Case(channels, heads, batch, length, states, groups, oneDecay, gen.coin(), gen.coin(), gen.coin(), gen.coin(),
                    gen.coin(), gen.coin(),
                    new double[][]{gen.numbers(rows), gen.numbers(heads * batch * length), a, gen.numbers(inputs), gen.numbers(inputs),
                            gen.numbers(heads), gen.numbers(heads), gen.numbers(rows), gen.numbers(channels * batch * states)},
                    gen.numbers(rows), gen.numbers(channels * batch * states));
        }

        boolean present(int input) {
            return input < 5 || new boolean[]{skip, bias, gate, initial}[input - 5];
        }

        int[][] shapes() {
            int[] rows = {channels, batch, length};
            int[] inputs = {groups * states, batch, length};
            return new int[][]{rows, {heads, batch, length}, {heads, oneDecay ? 1 : states}, inputs, inputs, {heads}, {heads}, rows,
                    {channels, batch, states}};
        }

        Tensor[] tensors(Kernels kernels) {
            Tensor[] out = new Tensor[9];
            for (int i = 0; i < 9; i++) {
                if (present(i)) {
                    out[i] = kernels.of(values[i], shapes()[i]);
                }
            }
            return out;
        }

        SelectiveScan.Inputs inputs(Kernels kernels) {
            Tensor[] t = tensors(kernels);
            return new SelectiveScan.Inputs(t[0], t[1], t[2], t[3], t[4], groups, t[5], t[6], t[7], t[8], exactHold, reversed);
        }

        /** y, the last state and the kept states. */
        Tensor[] forward(Kernels kernels) {
            Tensor y = kernels.zeros(channels, batch, length);
            Tensor kept = kernels.zeros(SelectiveScan.keptStates(length), batch, states, channels);
            Tensor last = kernels.zeros(channels, batch, states);
            kernels.selectiveScan().forward(inputs(kernels), y, kept, last);
            return new Tensor[]{y, last, kept};
        }

        /** Gradients of all inputs that are there, added to zeros. */
        Tensor[] backward(Kernels kernels) {
            Tensor[] into = new Tensor[9];
            for (int i = 0; i < 9; i++) {
                if (present(i)) {
                    into[i] = kernels.zeros(shapes()[i]);
                }
            }
            backward(kernels, into);
            return into;
        }

        void backward(Kernels kernels, Tensor[] g) {
            kernels.selectiveScan().backward(inputs(kernels), forward(kernels)[2], kernels.of(weight, shapes()[0]),
                    kernels.of(lastWeight, shapes()[8]),
                    new SelectiveScan.Gradients(g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8]));
        }

        double loss(Kernels kernels) {
            Tensor[] out = forward(kernels);
            return dot(weight, kernels.toDoubles(out[0])) + dot(lastWeight, kernels.toDoubles(out[1]));
        }

        private static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }
    }

    /**
     * A few roundings per step of a state and per term of a sum; states of slow decay gather those of up to all steps, but as randomly as they
     * are large.
     */
    private void near(String what, double[] found, double[] expected, double terms) {
        double bound = Math.max(1e-7, kernels().roundingUnit() * 32 * (terms + 32));
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("%s, element %d of %d", what, i, expected.length).isCloseTo(expected[i], Offset.offset(bound * scale));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 200})
    void scansOfAnyLengthEqualTheLoopsWithTheirGradients(int length) {
        Gen.forAll(10, gen -> {
            Case scan = Case.random(gen, gen.between(1, 3), gen.between(1, gen.coin() ? 40 : 4), length);
            Tensor[] found = scan.forward(kernels());
            Tensor[] expected = scan.forward(exact);
            for (int i = 0; i < 3; i++) {
                near(List.of("y", "last", "kept").get(i), kernels().toDoubles(found[i]), exact.toDoubles(expected[i]), 64);
            }
            found = scan.backward(kernels());
            expected = scan.backward(exact);
            for (int i = 0; i < 9; i++) {
                if (scan.present(i)) {
                    near("gradient " + i, kernels().toDoubles(found[i]), exact.toDoubles(expected[i]), 64);
                }
            }
        });
    }

    /** Exponents below the smallest one that counts, whose bounds a fast scan leaves out where it can; more steps than a span has. */
    @Test
    void statesThatDecayWithinOneStepScanAsTheLoopsDoWithTheirGradients() {
        Gen.forAll(5, gen -> {
            Case scan = Case.random(gen, 1, gen.between(1, 20), 530);
            for (int i = 0; i < scan.values[2].length; i += 2) {
                scan.values[2][i] = -300;
            }
            Tensor[] found = scan.forward(kernels());
            Tensor[] expected = scan.forward(exact);
            for (int i = 0; i < 3; i++) {
                near(List.of("y", "last", "kept").get(i), kernels().toDoubles(found[i]), exact.toDoubles(expected[i]), 64);
            }
            found = scan.backward(kernels());
            expected = scan.backward(exact);
            for (int i : new int[]{0, 3, 4}) {
                near("gradient " + i, kernels().toDoubles(found[i]), exact.toDoubles(expected[i]), 64);
            }
        });
    }

    @Test
    void gradientsMatchFiniteDifferences() {
        Gen.forAll(40, gen -> {
            Case scan = Case.random(gen, gen.between(1, 2), gen.between(1, 2), gen.between(1, 6));
            Tensor[] found = scan.backward(kernels());
            for (int i = 0; i < 9; i++) {
                if (!scan.present(i)) {
                    continue;
                }
                double[] x = scan.values[i];
                double[] expected = new double[x.length];
                for (int e = 0; e < x.length; e++) {
                    double keep = x[e];
                    x[e] = keep + STEP;
                    double up = scan.loss(exact);
                    x[e] = keep - STEP;
                    double down = scan.loss(exact);
                    x[e] = keep;
                    expected[e] = (up - down) / (2 * STEP);
                }
                near("gradient " + i, kernels().toDoubles(found[i]), expected, 32);
            }
        });
    }

    @Test
    void gradientsAreAddedToWhatIsThere() {
        Gen.forAll(5, gen -> {
            Case scan = Case.random(gen, 2, 3, 70);
            Tensor[] once = scan.backward(kernels());
            Tensor[] twice = scan.backward(kernels());
            scan.backward(kernels(), twice);
            for (int i = 0; i < 9; i++) {
                if (scan.present(i)) {
                    near("gradient " + i, kernels().toDoubles(twice[i]),
                            Arrays.stream(kernels().toDoubles(once[i])).map(v -> 2 * v).toArray(), 2);
                }
            }
        });
    }

    @Test
    void splittingTheSequenceAnywhereAndCarryingTheStateGivesTheSameOutputs() {
        Gen.forAll(10, gen -> {
            Kernels kernels = kernels();
            int length = gen.between(2, 150);
            int cut = gen.between(1, length - 1);
            Case whole = Case.random(gen, 1, 4, length);
            Tensor[] t = whole.tensors(kernels);
            Tensor y = whole.forward(kernels)[0];
            List<Tensor> parts = new ArrayList<>();
            Tensor state = t[8];
            // with reversed time the part behind the cut comes first
            for (int part : whole.reversed ? new int[]{1, 0} : new int[]{0, 1}) {
                int from = part == 0 ? 0 : cut;
                int to = part == 0 ? cut : length;
                SelectiveScan.Inputs inputs = new SelectiveScan.Inputs(slice(kernels, t[0], from, to), slice(kernels, t[1], from, to), t[2],
                        slice(kernels, t[3], from, to), slice(kernels, t[4], from, to), whole.groups, t[5], t[6],
                        whole.gate ? slice(kernels, t[7], from, to) : null, state, whole.exactHold, whole.reversed);
                Tensor last = kernels.zeros(whole.channels, whole.batch, whole.states);
                Tensor out = kernels.zeros(whole.channels, whole.batch, to - from);
                kernels.selectiveScan().forward(inputs, out, null, last);
                state = last;
                parts.add(out);
                near("part " + part, kernels.toDoubles(out), kernels.toDoubles(slice(kernels, y, from, to)), 1);
            }
            assertThat(parts).hasSize(2);
        });
    }

    private static Tensor slice(Kernels kernels, Tensor tensor, int from, int to) {
        double[] values = kernels.toDoubles(tensor);
        int rows = tensor.dim(0) * tensor.dim(1);
        double[] out = new double[rows * (to - from)];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(values, r * tensor.dim(2) + from, out, r * (to - from), to - from);
        }
        return kernels.of(out, tensor.dim(0), tensor.dim(1), to - from);
    }

    @Test
    void stepSizesAreTheSoftplusOfDeltaWithItsBias() {
        Kernels kernels = kernels();
        Tensor sizes = kernels.zeros(2, 1, 3);
        kernels.selectiveScan().stepSizes(kernels.of(new double[]{-100, 0, 100, 1, 2, 3}, 2, 1, 3), kernels.of(new double[]{0, -2}, 2),
                sizes);
        double[] expected = {0, Math.log(2), 100, Math.log1p(Math.exp(-1)), Math.log(2), Math.log1p(Math.exp(1))};
        near("sizes", kernels.toDoubles(sizes), expected, 0);
    }

    @Test
    void aGradientOfAnInputThatIsNotThereIsRefused() {
        Kernels kernels = kernels();
        Tensor rows = kernels.zeros(2, 1, 3);
        Tensor a = kernels.zeros(2, 1);
        Tensor b = kernels.zeros(1, 1, 3);
        SelectiveScan.Inputs inputs = new SelectiveScan.Inputs(rows, rows, a, b, b, 1, null, null, null, null, false, false);
        SelectiveScan.Gradients into = new SelectiveScan.Gradients(rows, rows, a, b, b, kernels.zeros(2), null, null, null);
        assertThatThrownBy(() -> kernels.selectiveScan().backward(inputs, kernels.zeros(1, 1, 1, 2), rows, null, into))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("gradient of skip: expected none, because there is no skip");
    }

    @Test
    void headsAndGroupsThatDoNotDivideAreRefused() {
        Kernels kernels = kernels();
        Tensor rows = kernels.zeros(3, 1, 4);
        Tensor b = kernels.zeros(4, 1, 4);
        assertThatThrownBy(
                () -> new SelectiveScan.Inputs(rows, rows, kernels.zeros(3, 2), b, b, 2, null, null, null, null, false, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected groups that divide 3 heads and the rows of b, over at least"
                        + " one step, but was 2 groups and b [4, 1, 4]");
        assertThatThrownBy(
                () -> new SelectiveScan.Inputs(rows, rows, kernels.zeros(2, 4), b, b, 1, null, null, null, null, false, false))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("a: expected heads that divide 3 channels but was [2, 4]");
    }

    /** Whether rates above 0 are looked for before a scan; where the caller would have to wait for the numbers they are not. */
    protected boolean looksForGrowth() {
        return true;
    }

    @Test
    void growingStatesAreRefusedWhereItCostsNothingToLook() {
        Kernels kernels = kernels();
        Tensor rows = kernels.of(new double[]{0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}, 3, 1, 4);
        Tensor b = kernels.of(new double[]{1, 1, 1, 1}, 1, 1, 4);
        Tensor y = kernels.zeros(3, 1, 4);
        SelectiveScan.Inputs growing = new SelectiveScan.Inputs(rows, rows, kernels.of(new double[]{-1, 1, -1}, 3, 1), b, b, 1, null, null,
                null, null, false, false);
        if (looksForGrowth()) {
            assertThatThrownBy(() -> kernels.selectiveScan().forward(growing, y, null, null)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a: expected no rate above 0 but was 1.0");
        } else {
            kernels.selectiveScan().forward(growing, y, null, null);
            double first = Math.log1p(Math.E);
            double[] expected = {0, 0, 0, 0, first, 2 * first, 4 * first, 8 * first, 0, 0, 0, 0}; // e^(softplus(0) · 1) = 2
            near("y", kernels.toDoubles(y), expected, 4);
        }
    }
}
