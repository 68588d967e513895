package io.longwave.ssm.chimera;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.GridScan.Parameters;
import io.longwave.kernel.GridScan.State;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.Pointwise.Function;
import io.longwave.ssm.chimera.GridRecorder.Inputs;
import io.longwave.ssm.chimera.GridRecorder.States;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** Cases {@code chimera-selective}: B, C and both steps of each position given, the step through a softplus. */
record SelectiveGoldenCheck(String kind) implements GoldenCheck {

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        GridGolden grid = new GridGolden(golden, kernels);
        Discretization discretization = DiscretizationNames.parse(golden.configText("discretization"));
        boolean reverse = golden.configHas("reverse_variates") && golden.configFlag("reverse_variates");
        Form form = new Form(discretization, discretization, false, reverse);
        int n = grid.states;
        int[] modes = {n};
        int[] sequence = {grid.batch, grid.variates, grid.steps};
        int[] perPosition = {grid.batch, grid.variates, grid.steps, n};
        int[] ours = {n, grid.variates, grid.steps, grid.batch};
        Variable x = grid.turned("x", sequence, 1, 1, grid.variates, grid.steps, grid.batch);
        Variable step1 = step(grid, "delta1", sequence);
        Variable step2 = step(grid, "delta2", sequence);
        Inputs inputs = new Inputs(grid.plain("A1", modes, 1, n), grid.plain("A2", modes, 1, n), grid.plain("A3", modes, 1, n),
                grid.plain("A4", modes, 1, n), grid.turned("B1", perPosition, n, ours), grid.turned("B2", perPosition, n, ours),
                grid.turned("C1", perPosition, n, ours), grid.turned("C2", perPosition, n, ours), grid.skip(), step1, step2);
        States before = grid.before();
        Variable y = grid.recorder.scan(form, x, inputs, before).y();
        Map<String, double[]> grads = grid.differentiate(y, 1);
        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("y", grid.turnedBack(y, 1));
        outputs.put("delta1", grid.turnedBack(step1, 1));
        outputs.put("delta2", grid.turnedBack(step2, 1));
        double[][] states = grid.statesOverTime(form, kernels.toDoubles(x.value()), t -> column(grid, inputs, step1, step2, t), before);
        outputs.put("h1", states[0]);
        outputs.put("h2", states[1]);
        outputs.put("A1_bar", bar(grid, discretization, inputs.a1(), inputs.a2(), step1, true));
        outputs.put("A2_bar", bar(grid, discretization, inputs.a1(), inputs.a2(), step1, false));
        outputs.put("A4_bar", bar(grid, discretization, inputs.a4(), inputs.a3(), step2, true));
        outputs.put("A3_bar", bar(grid, discretization, inputs.a4(), inputs.a3(), step2, false));
        return new Computed(outputs, grads);
    }

    /** softplus(raw + bias). */
    private static Variable step(GridGolden grid, String name, int[] sequence) {
        Variable raw = grid.turned(name + "_raw", sequence, 1, 1, grid.variates, grid.steps, grid.batch);
        Variable bias = grid.plain(name + "_bias", new int[0], 1);
        Variable one = Variable.constant(grid.kernels, grid.kernels.of(new double[]{1}, 1, 1));
        return grid.tape.pointwise(Function.SOFTPLUS, grid.tape.linear(raw, one, bias));
    }

    private static Inputs column(GridGolden grid, Inputs inputs, Variable step1, Variable step2, int t) {
        return new Inputs(inputs.a1(), inputs.a2(), inputs.a3(), inputs.a4(), cut(grid, inputs.b1(), t), cut(grid, inputs.b2(), t),
                cut(grid, inputs.c1(), t), cut(grid, inputs.c2(), t), inputs.d(), cut(grid, step1, t), cut(grid, step2, t));
    }

    private static Variable cut(GridGolden grid, Variable values, int t) {
        int rows = values.dim(0);
        return Variable.constant(grid.kernels,
                grid.kernels.of(grid.column(grid.kernels.toDoubles(values.value()), rows, t), rows, grid.variates, 1, grid.batch));
    }

    /**
     * Ā or Ā′ of every position, (batch, variate, time, state): what one step without input makes of a state of ones. All positions are members of
     * one batch; the equation along the variates is stepped as if it were that along time.
     */
    private static double[] bar(GridGolden grid, Discretization discretization, Variable a, Variable other, Variable step, boolean own) {
        Kernels kernels = grid.kernels;
        int n = grid.states;
        int positions = step.value().size();
        Tensor zeros = kernels.zeros(1, n);
        Tensor noModes = kernels.zeros(1, n);
        State before = new State(kernels.zeros(1, 1, n, positions), kernels.zeros(1, 1, n, positions));
        kernels.fill(own ? before.h1() : before.h2(), 1);
        State after = new State(kernels.zeros(1, 1, n, positions), kernels.zeros(1, 1, n, positions));
        Parameters parameters = new Parameters(a.value(), other.value(), zeros, zeros, noModes, noModes, noModes, noModes, kernels.zeros(1),
                step.value().view(1, 1, 1, positions), null);
        kernels.gridScan().forward(new Form(discretization, Discretization.NONE, false, false), kernels.zeros(1, 1, 1, positions),
                parameters, before,
                kernels.zeros(1, 1, 1, positions), after, null);
        return GridGolden.turn(kernels.toDoubles(after.h1()), n, grid.variates * grid.steps, grid.batch);
    }

    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return GridGolden.SINGLE;
    }
}
