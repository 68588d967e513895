package io.longwave.ssm.longconv;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.TapRegularization;
import io.longwave.ssm.golden.AxisOrder;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.golden.GoldenTensor;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/**
 * Cases {@code longconv}: a convolution with skip, optionally gated, bidirectional, and with regularised kernels. The two formats name sizes
 * differently; the file's (batch, channel, time) is our [channel, batch, time].
 */
final class LongConvolutionGoldenCheck implements GoldenCheck {

    @Override
    public String kind() {
        return "longconv";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        Sizes sizes = Sizes.of(golden);
        AxisOrder order = new AxisOrder(new int[]{sizes.batch, sizes.channels, sizes.length}, 1, 0, 2);
        Tape tape = new Tape(kernels, null);
        Variable u = sequence(golden, kernels, sizes, order, "u");
        Variable k = taps(golden, kernels, sizes, "k");
        Variable skip = Variable.trained(kernels, kernels.of(golden.input("D").require("inputs.D", sizes.channels).data(), sizes.channels));
        Variable back = sizes.bidirectional ? taps(golden, kernels, sizes, "k_back") : null;
        Variable inputGate = sizes.gated ? sequence(golden, kernels, sizes, order, "in_gate") : null;
        Variable outputGate = sizes.gated ? sequence(golden, kernels, sizes, order, "out_gate") : null;
        TapRegularization.Settings regularization = regularization(golden, kernels);
        Variable y = tape.gatedLongConvolution(sizes.channels, u, k, back, skip, inputGate, outputGate, regularization);

        Map<String, double[]> grads = new LinkedHashMap<>();
        boolean differentiated = !golden.section("grads").isEmpty();
        if (differentiated) {
            Tensor weight = sequence(kernels, sizes, order, "loss_weight",
                    golden.lossWeight("loss_weight", sizes.batch, sizes.channels, sizes.length));
            tape.record(() -> {}, () -> kernels.copy(weight, y.gradient(), y.accumulate()));
        }
        tape.forward();
        if (differentiated) {
            tape.backward();
            grads.put("u", order.back(kernels, u.gradient()));
            grads.put("k", kernels.toDoubles(k.gradient()));
            grads.put("D", kernels.toDoubles(skip.gradient()));
            if (back != null) {
                grads.put("k_back", kernels.toDoubles(back.gradient()));
            }
            if (inputGate != null && outputGate != null) {
                grads.put("in_gate", order.back(kernels, inputGate.gradient()));
                grads.put("out_gate", order.back(kernels, outputGate.gradient()));
            }
        }
        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("y", order.back(kernels, y.value()));
        outputs.put("kernel_regularized", regular(kernels, k, regularization));
        if (back != null) {
            outputs.put("kernel_back_regularized", regular(kernels, back, regularization));
        }
        return new Computed(outputs, grads);
    }

    /** The kernel as it is convolved: smoothed, then squashed, where the case asks for it. */
    private static double[] regular(Kernels kernels, Variable taps, TapRegularization.Settings regularization) {
        Tensor out = kernels.zeros(taps.value().shape().toArray());
        kernels.tapRegularization().forward(taps.value(), regularization, out);
        return kernels.toDoubles(out);
    }

    private static TapRegularization.Settings regularization(GoldenCase golden, Kernels kernels) {
        int halfWidth = golden.configPresent("smooth_p") ? golden.configInt("smooth_p") : 0;
        double threshold = golden.configPresent("squash_lambda") ? golden.configNumber("squash_lambda") : 0;
        return new TapRegularization.Settings(halfWidth, kernels.of(new double[]{threshold}, 1));
    }

    private static Variable taps(GoldenCase golden, Kernels kernels, Sizes sizes, String key) {
        GoldenTensor tensor = golden.input(key).require("inputs." + key, sizes.channels, sizes.taps);
        return Variable.trained(kernels, kernels.of(tensor.data(), sizes.channels, sizes.taps));
    }

    private static Variable sequence(GoldenCase golden, Kernels kernels, Sizes sizes, AxisOrder order, String key) {
        return Variable.trained(kernels, sequence(kernels, sizes, order, "inputs." + key, golden.input(key)));
    }

    private static Tensor sequence(Kernels kernels, Sizes sizes, AxisOrder order, String what, GoldenTensor tensor) {
        tensor.require(what, sizes.batch, sizes.channels, sizes.length);
        return order.tensor(kernels, what, tensor, sizes.channels, sizes.batch, sizes.length);
    }

    private record Sizes(int batch, int channels, int length, int taps, boolean gated, boolean bidirectional) {
        static Sizes of(GoldenCase golden) {
            if (golden.configHas("H")) {
                return new Sizes(golden.configInt("batch"), golden.configInt("H"), golden.configInt("L"), golden.configInt("Lk"),
                        flag(golden, "gate"), flag(golden, "bidirectional"));
            }
            return new Sizes(golden.configInt("batch"), golden.configInt("channels"), golden.configInt("length"),
                    golden.configInt("kernel_length"), flag(golden, "gate"), flag(golden, "bidirectional"));
        }

        private static boolean flag(GoldenCase golden, String key) {
            return golden.configHas(key) && golden.configFlag(key);
        }
    }

    /** As the makers suggest. */
    @Override
    public Bounds doublePrecisionBounds(GoldenCase golden) {
        return new Bounds(1e-11, 1e-10, 1);
    }

    /** As the makers suggest; a transform of 1000 numbers rounds to 3e-7 of the largest. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-5, 1e-4, 1);
    }
}
