package io.longwave.ssm.chimera;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.chimera.GridRecorder.Inputs;
import io.longwave.ssm.chimera.GridRecorder.Scanned;
import io.longwave.ssm.chimera.GridRecorder.States;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCaseException;
import io.longwave.ssm.golden.GoldenCheck.Bounds;
import io.longwave.ssm.golden.GoldenTensor;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

/** Golden grids have the batch first and states last, ours channels or states first and the batch last: swapping the outer axes of three. */
final class GridGolden {
    /** A few dozen roundings of float32 through states that decay, as the makers of the cases suggest. */
    static final Bounds SINGLE = new Bounds(2e-5, 1e-4, 1);

    final GoldenCase golden;
    final Kernels kernels;
    final Tape tape;
    final GridRecorder recorder;
    final int batch;
    final int variates;
    final int steps;
    final int states;
    /** Inputs by name with the two sizes that are swapped back in their gradients. */
    private final Map<String, Variable> read = new LinkedHashMap<>();
    private final Map<String, int[]> outer = new LinkedHashMap<>();

    GridGolden(GoldenCase golden, Kernels kernels) {
        this.golden = golden;
        this.kernels = kernels;
        this.tape = new Tape(kernels, null);
        this.recorder = new GridRecorder(tape, true);
        this.batch = golden.configHas("batch") ? golden.configInt("batch") : 1;
        this.variates = golden.configInt("variates");
        this.steps = golden.configInt("time");
        this.states = golden.configInt("state");
    }

    /** (a, p, c) into (c, p, a). */
    static double[] turn(double[] data, int a, int p, int c) {
        double[] out = new double[data.length];
        for (int i = 0; i < a; i++) {
            for (int j = 0; j < p; j++) {
                for (int k = 0; k < c; k++) {
                    out[(k * p + j) * a + i] = data[(i * p + j) * c + k];
                }
            }
        }
        return out;
    }

    /** An input as it is. */
    Variable plain(String name, int[] goldenShape, int... dims) {
        GoldenTensor tensor = golden.input(name).require("inputs." + name, goldenShape);
        return remember(name, Variable.trained(kernels, kernels.of(tensor.data(), dims)), 1, 1);
    }

    /** An input with the batch first and {@code last} (states, channels) last, as [last, .., batch]. */
    Variable turned(String name, int[] goldenShape, int last, int... dims) {
        GoldenTensor tensor = golden.input(name).require("inputs." + name, goldenShape);
        double[] data = turn(tensor.data(), batch, tensor.data().length / Math.max(1, batch * last), last);
        return remember(name, Variable.trained(kernels, kernels.of(data, dims)), batch, last);
    }

    private Variable remember(String name, Variable variable, int first, int last) {
        read.put(name, variable);
        outer.put(name, new int[]{first, last});
        return variable;
    }

    /** D, or zero where the case has none. */
    Variable skip() {
        return golden.section("inputs").containsKey("D") ? plain("D", new int[0], 1) : Variable.constant(kernels, kernels.zeros(1));
    }

    /** The carried states, or null where the case has none. */
    @Nullable
    States before() {
        boolean first = golden.section("inputs").containsKey("h1_init");
        boolean second = golden.section("inputs").containsKey("h2_init");
        if (golden.configHas("init_state") && golden.configFlag("init_state") && !(first && second)) {
            throw new GoldenCaseException("expected keys inputs.h1_init and inputs.h2_init, found " + golden.section("inputs").keySet());
        }
        if (!first && !second) {
            return null;
        }
        int[] shape = {batch, variates, states};
        return new States(turned("h1_init", shape, 1, 1, variates, states, batch),
                turned("h2_init", shape, 1, 1, variates, states, batch));
    }

    /** Runs forward and back from the loss weight; the gradient of every input that was read, as the file has it. */
    Map<String, double[]> differentiate(Variable y, int channels) {
        tape.forward();
        Map<String, GoldenTensor> weights = golden.section("loss_weight");
        if (weights.isEmpty()) {
            return Map.of();
        }
        GoldenTensor weight = weights.get("loss_weight");
        if (weight == null || weight.data().length != y.value().size()) {
            throw new GoldenCaseException("expected one loss_weight of " + y.value().size() + " numbers");
        }
        double[] turned = turn(weight.data(), batch, variates * steps, channels);
        tape.record(() -> {}, () -> kernels.copy(kernels.of(turned, y.value().shape().toArray()), y.gradient(), y.accumulate()));
        read.values().forEach(Variable::forgetGradient);
        tape.backward();
        Map<String, double[]> grads = new LinkedHashMap<>();
        read.forEach((name, variable) -> {
            int[] swapped = outer.getOrDefault(name, new int[]{1, 1});
            int size = variable.value().size();
            double[] gradient = variable.reached() ? kernels.toDoubles(variable.gradient()) : new double[size];
            grads.put(name, turn(gradient, swapped[1], size / Math.max(1, swapped[0] * swapped[1]), swapped[0]));
        });
        return grads;
    }

    /** y of [H, V, L, B] as (batch, variate, time[, channel]). */
    double[] turnedBack(Variable y, int channels) {
        return turn(kernels.toDoubles(y.value()), channels, variates * steps, batch);
    }

    /**
     * All states, by stepping one column after the other with the states carried: (batch, variate, time, state) each.
     *
     * @param column the inputs of the scan cut to one column
     */
    double[][] statesOverTime(Form form, double[] x, ColumnInputs column, @Nullable States before) {
        double[][] out = new double[2][batch * variates * steps * states];
        Tape steppingTape = new Tape(kernels, null);
        GridRecorder stepping = new GridRecorder(steppingTape, false);
        States carried = before;
        List<States> all = new ArrayList<>();
        for (int t = 0; t < steps; t++) {
            Variable input = Variable.constant(kernels, kernels.of(column(x, 1, t), 1, variates, 1, batch));
            Scanned scanned = stepping.scan(form, input, column.at(t), carried);
            carried = scanned.after();
            all.add(carried);
        }
        steppingTape.forward();
        for (int t = 0; t < steps; t++) {
            place(kernels.toDoubles(all.get(t).h1().value()), t, out[0]);
            place(kernels.toDoubles(all.get(t).h2().value()), t, out[1]);
        }
        return out;
    }

    /** Inputs of one column. */
    interface ColumnInputs {
        Inputs at(int t);
    }

    /** Column t of [rows, V, L, B] as [rows, V, 1, B]. */
    double[] column(double[] values, int rows, int t) {
        double[] out = new double[rows * variates * batch];
        for (int r = 0; r < rows * variates; r++) {
            System.arraycopy(values, (r * steps + t) * batch, out, r * batch, batch);
        }
        return out;
    }

    private void place(double[] state, int t, double[] out) {
        for (int v = 0; v < variates; v++) {
            for (int k = 0; k < states; k++) {
                for (int b = 0; b < batch; b++) {
                    out[((b * variates + v) * steps + t) * states + k] = state[(v * states + k) * batch + b];
                }
            }
        }
    }
}
