package io.longwave.ssm.spacetime;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.golden.GoldenTensor;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** Cases {@code st_companion_open} and {@code st_shift_open}: one encoder layer by itself. */
record OpenLoopGoldenCheck(String kind) implements GoldenCheck {

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int length = golden.configInt("L");
        int batch = golden.configInt("batch");
        int width = golden.configInt("model_dim");
        int rows = golden.configInt("n_kernels");
        int n = golden.configInt("kernel_dim");
        int order = golden.configInt("norm_order");
        ParameterSet parameters = new ParameterSet(kernels);
        Variable a = parameter(parameters, golden, "a", rows, n);
        Variable b = parameter(parameters, golden, "b", rows, n);
        Variable c = parameter(parameters, golden, "c", rows, n);
        Variable skip = parameter(parameters, golden, "skip", width);
        Tensor uValue = GoldenLayout.channelMajor(kernels, golden.input("u").require("inputs.u", batch, length, width));
        Variable u = Variable.trained(kernels, uValue);

        Tape tape = new Tape(kernels, null);
        Variable companion = tape.normalizedRows(a, order);
        Variable powers = tape.powers(companion, b, length);
        Variable kernel = tape.kernel(powers, c);
        Variable y = tape.convolution(u, kernel, width);
        if (golden.configFlag("skip_connection")) {
            tape.addScaled(u, skip, y);
        }
        Tensor weight = GoldenLayout.channelMajor(kernels, golden.lossWeight("loss_weight", batch, length, width));
        tape.record(() -> {}, () -> kernels.copy(weight, y.gradient(), y.accumulate()));
        tape.forward();
        parameters.forgetGradients();
        tape.backward();

        Map<String, double[]> outputs = new LinkedHashMap<>();
        double[] aHat = kernels.toDoubles(companion.value());
        outputs.put("a_hat", aHat);
        outputs.put("A", DenseCompanion.matrices(aHat, rows, n));
        outputs.put("krylov_states", GoldenLayout.statesOverTime(kernels, powers.value()));
        outputs.put("kernel", kernels.toDoubles(kernel.value()));
        outputs.put("A_pow_L", DenseCompanion.power(aHat, rows, n, length));
        outputs.put("c_tilde", DenseCompanion.periodic(aHat, kernels.toDoubles(c.value()), rows, n, length));
        outputs.put("y", GoldenLayout.batchMajor(kernels, y.value()));
        Map<String, double[]> grads = gradients(parameters, kernels);
        grads.put("u", GoldenLayout.batchMajor(kernels, u.gradient()));
        return new Computed(outputs, grads);
    }

    static Variable parameter(ParameterSet parameters, GoldenCase golden, String name, int... dims) {
        if (golden.section("buffers").containsKey(name)) {
            GoldenTensor fixed = golden.section("buffers").get(name);
            return parameters.buffer(name, java.util.Objects.requireNonNull(fixed).require("buffers." + name, dims).data(), dims);
        }
        return parameters.trained(name, golden.param(name).require("params." + name, dims).data(), dims);
    }

    /** What the backward pass left; zero where it did not arrive. */
    static Map<String, double[]> gradients(ParameterSet parameters, Kernels kernels) {
        Map<String, double[]> grads = new LinkedHashMap<>();
        for (ParameterSet.Entry entry : parameters.trained()) {
            Variable variable = entry.variable();
            grads.put(entry.name(), variable.reached() ? kernels.toDoubles(variable.gradient()) : new double[variable.value().size()]);
        }
        return grads;
    }

    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return golden.configInt("norm_order") == 2 ? Bounds.NOT_CHECKED : new Bounds(2e-4, 2e-4, 1e-3);
    }
}
