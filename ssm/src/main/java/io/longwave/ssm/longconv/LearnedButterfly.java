package io.longwave.ssm.longconv;

import io.longwave.kernel.ButterflyFactors;
import io.longwave.kernel.ButterflyTransform;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.ParameterSet.Group;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/**
 * What takes the place of a convolution where the block matrices of its transforms are learned, one set for the input and one for the kernel:
 * y = Re(T⁻¹(B u · B′ k)) with the exact inverse T⁻¹. It starts as the causal convolution; as soon as the matrices leave the Fourier ones, number t of y
 * depends on all of u.
 */
final class LearnedButterfly {
    private final ButterflyFactors factors;
    private final Variable ofInput;
    private final Variable ofKernel;
    private final Tensor inverse;

    /**
     * @param length of the longest sequence and of the kernel: rows are as long as the longer of the two, or a little more
     */
    LearnedButterfly(ParameterSet parameters, String prefix, int length, double rate) {
        this.factors = ButterflyFactors.covering(length);
        Group group = new Group(rate, false);
        this.ofInput = parameters.trained(prefix + "input_matrices", group, factors.fourier(), factors.numbers());
        this.ofKernel = parameters.trained(prefix + "kernel_matrices", group, factors.fourier(), factors.numbers());
        this.inverse = parameters.kernels().of(factors.inverse(), factors.numbers());
    }

    /**
     * Records it.
     *
     * @param u [H, B, L]
     * @param taps [H, K]
     * @return [H, B, L]
     */
    Variable record(Tape tape, Variable u, Variable taps) {
        int channels = u.dim(0);
        int rows = channels * u.dim(1);
        Kernels kernels = tape.kernels();
        ButterflyTransform transform = kernels.butterflyTransform();
        Variable out = tape.variable(channels, u.dim(1), u.dim(2));
        Variable rowsOfU = u.view(rows, u.dim(2));
        Variable rowsOfOut = out.view(rows, u.dim(2));
        Tensor input = kernels.zeros(2, rows, factors.length());
        Tensor kernel = kernels.zeros(2, channels, factors.length());
        Tensor product = kernels.zeros(2, rows, factors.length());
        Tensor kernelGradient = kernels.zeros(2, channels, factors.length());
        tape.record(() -> {
            transform.forward(factors, ofInput.value(), rowsOfU.value(), input);
            transform.forward(factors, ofKernel.value(), taps.value(), kernel);
            transform.multiply(input, kernel, false, product);
            transform.adjoint(factors, inverse, product, rowsOfOut.value(), false);
        }, () -> {
            if (!out.reached()) {
                return;
            }
            // The gradient of the inverse is the transform with its matrices.
            transform.forward(factors, inverse, rowsOfOut.gradient(), product);
            transform.correlate(product, input, kernelGradient);
            transform.multiply(product, kernel, true, product);
            boolean wanted = u.differentiable();
            boolean add = wanted && u.accumulate();
            transform.backward(factors, ofInput.value(), rowsOfU.value(), product, wanted ? rowsOfU.gradient() : null, add,
                    ofInput.gradientToAddTo());
            boolean addTaps = taps.accumulate();
            transform.backward(factors, ofKernel.value(), taps.value(), kernelGradient, taps.gradient(), addTaps,
                    ofKernel.gradientToAddTo());
        });
        return out;
    }
}
