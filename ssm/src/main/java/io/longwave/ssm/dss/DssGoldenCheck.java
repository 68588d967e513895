package io.longwave.ssm.dss;

import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.discretize.GoldenModes;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

/** Cases {@code dss}: kernels with modes on either side of the imaginary axis, and gradients. */
record DssGoldenCheck() implements GoldenCheck {

    @Override
    public String kind() {
        return "dss";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        GoldenModes modes = GoldenModes.read(golden);
        int length = golden.configInt("L");
        double epsilon = golden.configPresent("eps") ? golden.configNumber("eps") : DssFamily.EPSILON;
        ParameterSet parameters = new ParameterSet(kernels);
        Tape tape = new Tape(kernels, null);
        Variable kernel = modes.register(parameters).softmaxKernel(tape, epsilon, length);
        modes.weigh(tape, kernel);
        tape.forward();
        parameters.forgetGradients();
        tape.backward();

        Map<String, double[]> outputs = modes.systemOutputs(modes.raw().system());
        outputs.put("K", kernels.toDoubles(kernel.value()));
        if (modes.hasInput()) {
            outputs.put("y", modes.output(kernels, kernel.value(), length));
        }
        return new Computed(outputs, modes.gradients(parameters, kernels));
    }

    /**
     * As for S4D: parameters in float64, tables rounded once. Raw parameters are rounded to float32 on the way in, and r grows where exp(E L)
     * comes near 1.
     */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-4, 2e-4, 1e-3);
    }
}
