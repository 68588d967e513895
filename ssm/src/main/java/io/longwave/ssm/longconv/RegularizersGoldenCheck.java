package io.longwave.ssm.longconv;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.TapRegularization.Settings;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.golden.GoldenTensor;
import io.longwave.tensor.Tensor;

/** Smooth and squash alone. */
final class RegularizersGoldenCheck implements GoldenCheck {

    @Override
    public String kind() {
        return "longconv-regularizers";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int channels = golden.configInt("channels");
        int length = golden.configInt("length");
        GoldenTensor k = golden.input("k").require("inputs.k", channels, length);
        int halfWidth = golden.configInt("smooth_p");
        Tensor threshold = kernels.of(new double[]{golden.configNumber("squash_lambda")}, 1);
        Tensor taps = kernels.of(k.data(), channels, length);
        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("squash", forward(kernels, taps, new Settings(0, threshold)));
        outputs.put("smooth", forward(kernels, taps, new Settings(halfWidth, null)));
        Settings both = new Settings(halfWidth, threshold);
        outputs.put("both", forward(kernels, taps, both));
        Map<String, double[]> grads = new LinkedHashMap<>();
        GoldenTensor weight = golden.section("loss_weight").get("loss_weight");
        if (weight != null) {
            Tensor gradient = kernels.zeros(channels, length);
            kernels.tapRegularization().backward(taps, both,
                    kernels.of(weight.require("loss_weight", channels, length).data(), channels, length), gradient, false);
            grads.put("k", kernels.toDoubles(gradient));
        }
        return new Computed(outputs, grads);
    }

    private static double[] forward(Kernels kernels, Tensor taps, Settings settings) {
        Tensor out = kernels.zeros(taps.dim(0), taps.dim(1));
        kernels.tapRegularization().forward(taps, settings, out);
        return kernels.toDoubles(out);
    }

    /** One rounding per averaged tap. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(1e-6, 1e-6, 1);
    }
}
