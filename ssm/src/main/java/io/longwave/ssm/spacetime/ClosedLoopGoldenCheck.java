package io.longwave.ssm.spacetime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** Cases {@code st_closed_loop}: the decoder layer by itself, companion or shift. */
record ClosedLoopGoldenCheck(String kind) implements GoldenCheck {

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int lag = golden.configInt("lag");
        int horizon = golden.configInt("horizon");
        int batch = golden.configInt("batch");
        int width = golden.configInt("model_dim");
        int n = golden.configInt("kernel_dim");
        int order = golden.configInt("norm_order");
        ParameterSet parameters = new ParameterSet(kernels);
        Variable a = OpenLoopGoldenCheck.parameter(parameters, golden, "a", width, n);
        Variable b = OpenLoopGoldenCheck.parameter(parameters, golden, "b", width, n);
        Variable c = OpenLoopGoldenCheck.parameter(parameters, golden, "c", width, n);
        Variable k = OpenLoopGoldenCheck.parameter(parameters, golden, "k", width, n);
        OpenLoopGoldenCheck.parameter(parameters, golden, "skip", width);
        Variable u = Variable.trained(kernels,
                GoldenLayout.channelMajor(kernels, golden.input("u").require("inputs.u", batch, lag, width)));

        Tape tape = new Tape(kernels, null);
        var decoder = new ClosedLoopDecoder(tape, u, a, b, c, k, order);
        Variable state = decoder.lagState();
        Variable openPowers = decoder.openPowers();
        List<Variable> results = List.of(decoder.closed(state, horizon), decoder.closedNextInput(state, horizon), decoder.open(openPowers),
                decoder.openNextInput(openPowers));
        String[] weights = {"w_y", "w_z", "w_yo", "w_zo"};
        for (int i = 0; i < weights.length; i++) {
            Variable result = results.get(i);
            Tensor weight = GoldenLayout.channelMajor(kernels,
                    golden.lossWeight(weights[i], batch, result.dim(2), width));
            tape.record(() -> {}, () -> kernels.copy(weight, result.gradient(), result.accumulate()));
        }
        tape.forward();
        parameters.forgetGradients();
        tape.backward();

        Map<String, double[]> outputs = new LinkedHashMap<>();
        double[] aHat = kernels.toDoubles(decoder.companion().value());
        outputs.put("A", DenseCompanion.matrices(aHat, width, n));
        outputs.put("A_BK", DenseCompanion.closedLoop(aHat, kernels.toDoubles(decoder.normalizedB().value()),
                kernels.toDoubles(decoder.normalizedK().value()), width, n));
        outputs.put("x_lag", swapLeadingAxes(kernels.toDoubles(state.value()), width, batch, n));
        outputs.put("y", GoldenLayout.batchMajor(kernels, results.get(0).value()));
        outputs.put("z", GoldenLayout.batchMajor(kernels, results.get(1).value()));
        outputs.put("y_open", GoldenLayout.batchMajor(kernels, results.get(2).value()));
        outputs.put("z_open", GoldenLayout.batchMajor(kernels, results.get(3).value()));
        Map<String, double[]> grads = OpenLoopGoldenCheck.gradients(parameters, kernels);
        grads.put("u", GoldenLayout.batchMajor(kernels, u.gradient()));
        return new Computed(outputs, grads);
    }

    /** [D, B, N] to (B, D, N). */
    private static double[] swapLeadingAxes(double[] values, int channels, int batch, int n) {
        double[] out = new double[values.length];
        for (int j = 0; j < channels; j++) {
            for (int b = 0; b < batch; b++) {
                System.arraycopy(values, (j * batch + b) * n, out, (b * channels + j) * n, n);
            }
        }
        return out;
    }

    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        // Nothing bounds the spectral radius of the closed loop: long roll-outs and other norms multiply every rounding.
        boolean amplifies = golden.configInt("horizon") > 16 || golden.configInt("norm_order") != 1;
        return amplifies ? Bounds.NOT_CHECKED : new Bounds(2e-4, 2e-4, 1e-3);
    }
}
