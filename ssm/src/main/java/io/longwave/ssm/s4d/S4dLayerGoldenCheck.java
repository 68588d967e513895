package io.longwave.ssm.s4d;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.discretize.Discretization;
import io.longwave.ssm.discretize.GoldenModes;
import io.longwave.ssm.discretize.ModeParameters;
import io.longwave.ssm.discretize.RawModes;
import io.longwave.ssm.discretize.RawModes.Layout;
import io.longwave.kernel.Transform;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/**
 * Cases {@code s4d_layer}: the minimal layer, kernel (zero-order hold, B = 1, A = −exp(log_A_real) + i A_imag), convolution, D u, exact GELU,
 * mixing into 2 H channels, GLU, with the gradients of all of it.
 */
record S4dLayerGoldenCheck() implements GoldenCheck {

    @Override
    public String kind() {
        return "s4d_layer";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int channels = golden.configInt("H");
        int n = golden.configInt("N") / 2;
        int length = golden.configInt("L");
        int batch = golden.configInt("batch");
        ParameterSet parameters = new ParameterSet(kernels);
        ModeParameters modes = ModeParameters.register(parameters, "kernel.", raw(golden, channels, n));
        Variable skip = parameters.trained("D", golden.param("D").require("params.D", channels).data(), channels);
        String weightName = "output_linear.0.weight";
        String biasName = "output_linear.0.bias";
        Variable weight = parameters.trained(weightName,
                golden.param(weightName).require("params." + weightName, 2 * channels, channels, 1).data(), 2 * channels, channels);
        Variable bias = parameters.trained(biasName, golden.param(biasName).require("params." + biasName, 2 * channels).data(),
                2 * channels);
        double[] u = golden.input("u").require("inputs.u", batch, channels, length).data();
        Variable input = Variable.trained(kernels,
                kernels.of(GoldenModes.swapLeading(u, batch, channels, length), channels, batch, length));

        Tape tape = new Tape(kernels, null);
        Variable kernel = modes.kernel(tape, Discretization.ZERO_ORDER_HOLD, length);
        Variable mixedInTime = tape.convolution(input, kernel, channels);
        tape.addScaled(input, skip, mixedInTime);
        Variable y = tape.glu(tape.activatedLinear(mixedInTime, weight, bias));
        double[] lossWeight = golden.lossWeight("loss_weight", batch, channels, length).data();
        Tensor weights = kernels.of(GoldenModes.swapLeading(lossWeight, batch, channels, length), channels, batch, length);
        tape.record(() -> {}, () -> kernels.copy(weights, y.gradient(), y.accumulate()));
        tape.forward();
        parameters.forgetGradients();
        tape.backward();

        Map<String, double[]> grads = new LinkedHashMap<>();
        for (ParameterSet.Entry entry : parameters.trained()) {
            double[] gradient = kernels.toDoubles(entry.variable().gradient());
            switch (entry.name()) {
                case "kernel.inv_dt" -> grads.put("kernel.log_dt", gradient);
                case "kernel.A_real" -> grads.put("kernel.log_A_real", gradient);
                case "kernel.A_imag" -> grads.put("kernel.A_imag", negated(gradient));
                default -> grads.put(entry.name(), gradient);
            }
        }
        grads.put("u", GoldenModes.swapLeading(kernels.toDoubles(input.gradient()), channels, batch, length));
        return new Computed(Map.of("kernel", kernels.toDoubles(kernel.value()), "y",
                GoldenModes.swapLeading(kernels.toDoubles(y.value()), channels, batch, length)), grads);
    }

    private static RawModes raw(GoldenCase golden, int channels, int n) {
        Layout layout = new Layout(1, channels, channels, n, false, Transform.EXP, Transform.EXP, Transform.NONE);
        double[] b = new double[2 * channels * n];
        for (int i = 0; i < b.length; i += 2) {
            b[i] = 1;
        }
        return new RawModes(layout, golden.param("kernel.log_dt").require("params.kernel.log_dt", channels).data(),
                golden.param("kernel.log_A_real").require("params.kernel.log_A_real", channels, n).data(),
                negated(golden.param("kernel.A_imag").require("params.kernel.A_imag", channels, n).data()), b,
                golden.param("kernel.C").require("params.kernel.C", channels, n, 2).data());
    }

    /** The file keeps the member of positive imaginary part, the raw parameters the other sign. */
    static double[] negated(double[] values) {
        return Arrays.stream(values).map(value -> -value).toArray();
    }

    /** GELU and the products behind it add their own roundings to those of the kernel. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-4, 2e-4, 1e-3);
    }
}
