package io.longwave.ssm.tape;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.LongConvolution.Gradients;
import io.longwave.kernel.LongConvolution.Terms;
import io.longwave.kernel.TapRegularization;
import io.longwave.tensor.Tensor;

/** Steps over whole sequences, see {@link io.longwave.kernel.LongConvolution}. */
final class ConvolutionSteps {
    private ConvolutionSteps() {}

    static Variable longConvolution(Tape tape, int channels, Variable u, Variable kernel, @Nullable Variable back, @Nullable Variable skip,
            @Nullable Variable inputGate, @Nullable Variable outputGate, TapRegularization.Settings regularization) {
        Variable out = tape.variable(channels, u.dim(1), u.dim(2));
        var convolution = tape.kernels().longConvolution();
        Terms terms = new Terms(u.value(), kernel.value(), value(back), value(skip), value(inputGate), value(outputGate),
                regularization);
        tape.record(() -> convolution.forward(terms, out.value()), () -> {
            if (out.reached()) {
                convolution.backward(terms, out.gradient(), new Gradients(gradient(u), gradient(kernel), gradient(back), gradient(skip),
                        gradient(inputGate), gradient(outputGate)));
            }
        });
        return out;
    }

    private static @Nullable Tensor value(@Nullable Variable variable) {
        return variable == null ? null : variable.value();
    }

    private static @Nullable Tensor gradient(@Nullable Variable variable) {
        return variable == null || !variable.differentiable() ? null : variable.gradientToAddTo();
    }

    static Variable regularizedTaps(Tape tape, Variable k, TapRegularization.Settings settings) {
        Variable out = tape.variable(k.dim(0), k.dim(1));
        var regularization = tape.kernels().tapRegularization();
        tape.record(() -> regularization.forward(k.value(), settings, out.value()), () -> {
            if (out.reached() && k.differentiable()) {
                boolean add = k.accumulate();
                regularization.backward(k.value(), settings, out.gradient(), k.gradient(), add);
            }
        });
        return out;
    }
}
