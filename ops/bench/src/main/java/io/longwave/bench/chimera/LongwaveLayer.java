package io.longwave.bench.chimera;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.Pointwise.Function;
import io.longwave.ssm.chimera.GridRecorder;
import io.longwave.ssm.chimera.SelectiveGrid;
import io.longwave.ssm.chimera.SelectiveGrid.StepProjection;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

/** Ours, as a model calls it. The gradient is that of half the sum of squares of y. */
final class LongwaveLayer {
    private final Kernels kernels;
    private final LayerProblem problem;
    private final ParameterSet parameters;
    private final Variable x;
    private final Tape forward;
    private final Tape both;
    private final Variable y;

    LongwaveLayer(Kernels kernels, LayerProblem problem) {
        this.kernels = kernels;
        this.problem = problem;
        this.parameters = new ParameterSet(kernels);
        this.x = Variable.trained(kernels,
                kernels.of(problem.x(), problem.channels(), problem.variates(), problem.steps(), problem.batch()));
        SelectiveGrid up = direction("up.");
        SelectiveGrid down = direction("down.");
        Variable gate = parameter("gate", problem.channels(), problem.channels());
        this.forward = new Tape(kernels, null);
        layer(new GridRecorder(forward, false), up, down, gate);
        this.both = new Tape(kernels, null);
        this.y = layer(new GridRecorder(both, true), up, down, gate);
        both.record(() -> {}, () -> kernels.copy(y.value(), y.gradient(), y.accumulate()));
    }

    private SelectiveGrid direction(String prefix) {
        int e = problem.channels();
        int n = problem.modes();
        return new SelectiveGrid(parameter(prefix + "a1", e, n), parameter(prefix + "a2", e, n), parameter(prefix + "a3", e, n),
                parameter(prefix + "a4", e, n), parameter(prefix + "b1", n, e), parameter(prefix + "b2", n, e),
                parameter(prefix + "c1", n, e),
                parameter(prefix + "c2", n, e), step(prefix + "step1"), step(prefix + "step2"), parameter(prefix + "d", e));
    }

    private StepProjection step(String name) {
        return new StepProjection(null, parameter(name, problem.channels(), problem.channels()),
                parameter(name + ".bias", problem.channels()));
    }

    private Variable parameter(String name, int... dims) {
        return parameters.trained(name, problem.weight(name), dims);
    }

    private Variable layer(GridRecorder recorder, SelectiveGrid up, SelectiveGrid down, Variable gate) {
        Tape tape = recorder.tape();
        Discretization hold = Discretization.ZERO_ORDER_HOLD;
        Variable sum = tape.plus(up.record(recorder, new Form(hold, hold, false, false), x, null).y(),
                down.record(recorder, new Form(hold, hold, false, true), x, null).y());
        return tape.times(tape.pointwise(Function.SILU, tape.linear(x, gate, null)), sum);
    }

    /** Nothing is kept for a gradient. */
    void forward() {
        forward.forward();
    }

    void forwardAndBackward() {
        both.forward();
        parameters.forgetGradients();
        x.forgetGradient();
        both.backward();
    }

    /** y of the last pass with a gradient, [E, V, T, B]. */
    float[] y() {
        return kernels.toFloats(y.value());
    }

    float[] gradient(String name) {
        return kernels.toFloats(parameters.get(name).variable().gradient());
    }
}
