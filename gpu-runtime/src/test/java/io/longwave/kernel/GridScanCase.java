package io.longwave.kernel;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.GridScan.Parameters;
import io.longwave.kernel.GridScan.State;
import io.longwave.tensor.Tensor;

/** The numbers of one grid scan, the same for every set of kernels. */
final class GridScanCase {
    private static final Discretization[] DISCRETIZATIONS = Discretization.values();

    final Form form;
    final boolean selective;
    final int channels;
    final int variates;
    final int steps;
    final int batch;
    final int n;
    /** x, a1 to a4, b1, b2, c1, c2, d, step1, step2, h1 and h2 before; the steps are empty where there are none. */
    final double[][] inputs = new double[14][];

    static final String[] NAMES = {"x", "a1", "a2", "a3", "a4", "b1", "b2", "c1", "c2", "d", "step1", "step2", "h1 before", "h2 before"};
    private static final int STATES = 12;

    GridScanCase(Form form, boolean selective, int channels, int variates, int steps, int batch, int n) {
        this.form = form;
        this.selective = selective;
        this.channels = channels;
        this.variates = variates;
        this.steps = steps;
        this.batch = batch;
        this.n = n;
    }

    static GridScanCase random(Gen gen, int channels, int variates, int steps, int batch, int n) {
        boolean companion = gen.between(0, 4) == 0;
        Discretization time = companion ? Discretization.NONE : DISCRETIZATIONS[gen.between(0, 3)];
        return random(gen, new Form(time, DISCRETIZATIONS[gen.between(0, 3)], companion, gen.coin()), gen.coin(), channels, variates, steps,
                batch, n);
    }

    static GridScanCase random(Gen gen, Form form, boolean selective, int channels, int variates, int steps, int batch, int n) {
        GridScanCase made = new GridScanCase(form, selective, channels, variates, steps, batch, n);
        made.inputs[0] = gen.numbers(made.size(made.sequence()));
        made.inputs[1] = made.matrix(gen, form.time(), true);
        made.inputs[2] = made.matrix(gen, form.time(), false);
        made.inputs[3] = made.matrix(gen, form.variates(), false);
        made.inputs[4] = made.matrix(gen, form.variates(), true);
        for (int i = 5; i < 9; i++) {
            made.inputs[i] = gen.numbers(made.size(made.input()));
        }
        made.inputs[9] = gen.numbers(channels);
        made.inputs[10] = made.stepSizes(gen, form.time());
        made.inputs[11] = made.stepSizes(gen, form.variates());
        made.inputs[12] = gen.numbers(channels * variates * n * batch);
        made.inputs[13] = gen.numbers(channels * variates * n * batch);
        return made;
    }

    private double[] matrix(Gen gen, Discretization discretization, boolean own) {
        double[] values = gen.numbers(channels * n);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) switch (discretization) {
                // so small that the states neither grow nor overflow
                case NONE -> 0.3 * Math.tanh(values[i]) / (form.companion() ? n : 1);
                case EXPONENTIAL -> own ? -Math.exp(values[i]) : -3 - Math.abs(values[i]);
                // some near zero, where φ and its slope need their series
                case ZERO_ORDER_HOLD, EULER -> own ? -Math.exp((i % 3 == 0 ? 3 : 1) * values[i] - (i % 3)) : 0.3 * values[i];
            };
        }
        return values;
    }

    private double[] stepSizes(Gen gen, Discretization discretization) {
        if (discretization == Discretization.NONE) {
            return new double[0];
        }
        double[] values = gen.numbers(size(sequence()));
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.3 * Math.exp(0.7 * values[i]));
        }
        return values;
    }

    int[] sequence() {
        return new int[]{channels, variates, steps, batch};
    }

    int[] input() {
        return selective ? new int[]{n, variates, steps, batch} : new int[]{channels, n};
    }

    int[] state() {
        return new int[]{channels, variates, n, batch};
    }

    int[] dims(int which) {
        if (which == 0 || which == 10 || which == 11) {
            return sequence();
        }
        return which >= STATES ? state() : which == 9 ? new int[]{channels} : which >= 5 ? input() : new int[]{channels, n};
    }

    int size(int[] dims) {
        int size = 1;
        for (int dim : dims) {
            size *= dim;
        }
        return size;
    }

    /** Tensors of all inputs, null where there is no step. */
    private List<@Nullable Tensor> tensors(Kernels kernels, boolean zeros) {
        List<@Nullable Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            boolean none = i == 10 && form.time() == Discretization.NONE || i == 11 && form.variates() == Discretization.NONE;
            tensors.add(none ? null : zeros ? kernels.zeros(dims(i)) : kernels.of(inputs[i], dims(i)));
        }
        return tensors;
    }

    private static Parameters parameters(List<@Nullable Tensor> t) {
        return new Parameters(t.get(1), t.get(2), t.get(3), t.get(4), t.get(5), t.get(6), t.get(7), t.get(8), t.get(9), t.get(10),
                t.get(11));
    }

    /** y, h1 and h2 after. */
    double[][] forward(Kernels kernels) {
        List<@Nullable Tensor> t = tensors(kernels, false);
        Tensor y = kernels.zeros(sequence());
        State after = new State(kernels.zeros(state()), kernels.zeros(state()));
        kernels.gridScan().forward(form, t.get(0), parameters(t), new State(t.get(12), t.get(13)), y, after, null);
        return new double[][]{kernels.toDoubles(y), kernels.toDoubles(after.h1()), kernels.toDoubles(after.h2())};
    }

    /** Gradients of all inputs of Σ w0 · y + w1 · h1 after + w2 · h2 after, added to {@code start}. */
    double[][] backward(Kernels kernels, double[][] weights, double start) {
        List<@Nullable Tensor> t = tensors(kernels, false);
        List<@Nullable Tensor> gradients = tensors(kernels, true);
        for (Tensor gradient : gradients) {
            if (gradient != null) {
                kernels.fill(gradient, start);
            }
        }
        GridScan scan = kernels.gridScan();
        State before = new State(t.get(12), t.get(13));
        Tensor y = kernels.zeros(sequence());
        Tensor kept = kernels.zeros(scan.kept(channels, variates, steps, batch, n));
        scan.forward(form, t.get(0), parameters(t), before, y, null, kept);
        scan.backward(form, t.get(0), parameters(t), before, kept, kernels.of(weights[0], sequence()),
                new State(kernels.of(weights[1], state()), kernels.of(weights[2], state())), gradients.get(0), parameters(gradients),
                new State(gradients.get(12), gradients.get(13)));
        double[][] out = new double[inputs.length][];
        for (int i = 0; i < out.length; i++) {
            Tensor gradient = gradients.get(i);
            out[i] = gradient == null ? new double[0] : kernels.toDoubles(gradient);
        }
        return out;
    }
}
