package io.longwave.ssm.s4d;

import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.VandermondeKernel.Modes;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.DiagonalSystem;
import io.longwave.ssm.discretize.Discretization;
import io.longwave.ssm.discretize.GoldenModes;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** Cases {@code s4d}: diagonal kernels under both discretisations, their step mode, what a starting state adds, gradients. */
record S4dGoldenCheck() implements GoldenCheck {

    @Override
    public String kind() {
        return "s4d";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        GoldenModes modes = GoldenModes.read(golden);
        Discretization discretization = Discretization.of(golden.configText("disc"));
        int length = golden.configInt("L");
        ParameterSet parameters = new ParameterSet(kernels);
        Tape tape = new Tape(kernels, null);
        Variable kernel = modes.register(parameters).kernel(tape, discretization, length);
        modes.weigh(tape, kernel);
        tape.forward();
        parameters.forgetGradients();
        tape.backward();

        DiagonalSystem system = modes.raw().system();
        Map<String, double[]> outputs = modes.systemOutputs(system);
        outputs.put("K", kernels.toDoubles(kernel.value()));
        Complex[] dA = system.discreteA(discretization);
        Complex[] dB = system.discreteB(discretization);
        outputs.put("dA", modes.shaped("dA", ComplexArrays.interleaved(dA)));
        outputs.put("dB", modes.shaped("dB", ComplexArrays.interleaved(dB)));
        if (modes.hasInput()) {
            outputs.put("y", modes.output(kernels, kernel.value(), length));
            double[] u = modes.input(length);
            Complex[] start = modes.initialState();
            outputs.put("final_state_zero_start", states(modes, "final_state_zero_start", dA, dB, u, ComplexArrays.zeros(start.length)));
            outputs.put("next_state", states(modes, "next_state", dA, dB, u, start));
            outputs.put("K_state", stateKernel(kernels, system, system.logA(discretization), start, modes.batch(), length));
        }
        return new Computed(outputs, modes.gradients(parameters, kernels));
    }

    /** The states after the whole input, x ← dA x + dB u. */
    private static double[] states(GoldenModes modes, String output, Complex[] dA, Complex[] dB, double[] u, Complex[] start) {
        int perSeries = dA.length;
        int n = modes.layout().modes();
        Complex[] out = start.clone();
        int length = u.length / (modes.batch() * modes.layout().channels());
        for (int j = 0; j < out.length; j++) {
            int i = j % perSeries;
            int row = j / n * length;
            for (int t = 0; t < length; t++) {
                out[j] = dA[i].times(out[j]).plus(dB[i].times(u[row + t]));
            }
        }
        return modes.shaped(output, ComplexArrays.interleaved(out));
    }

    /** 2 Re Σ C dA^(l+1) x: what a starting state alone puts out, (batch, heads, H, L). */
    private static double[] stateKernel(Kernels kernels, DiagonalSystem system, Complex[] logs, Complex[] start, int batch, int length) {
        int perSeries = logs.length;
        int rows = system.heads() * system.channels();
        double[] out = new double[batch * rows * length];
        Tensor kernel = kernels.zeros(rows, length);
        for (int s = 0; s < batch; s++) {
            Complex[] states = java.util.Arrays.copyOfRange(start, s * perSeries, (s + 1) * perSeries);
            Modes fromState = system.modes(states, logs);
            kernels.vandermondeKernel().forward(fromState, 1, kernel);
            System.arraycopy(kernels.toDoubles(kernel), 0, out, s * rows * length, rows * length);
        }
        return out;
    }

    /**
     * Parameters are made in float64; the tables of powers are rounded once and summed over 2n terms of either sign. The derivative by dt
     * and A sums L taps with a factor l.
     */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-4, 2e-4, 1e-3);
    }
}
