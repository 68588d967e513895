package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.DiagonalKernel.Numbers;
import io.longwave.kernel.SoftmaxKernel;
import io.longwave.tensor.Shape;
import io.longwave.tensor.Tensor;

/**
 * {@link SoftmaxKernel} by {@code softmax_kernel.cu} before and behind {@code vandermonde_kernel.cu}. Nothing passes through the host, so nothing is known
 * there of the signs of real parts: rows are always summed in both directions.
 */
record CudaSoftmaxKernel(Launcher launcher, VandermondeProduct product) implements SoftmaxKernel {
    private static final int DIRECTIONS = 2;

    @Override
    public void forward(Form form, Numbers numbers, double epsilon, Tensor kernel) {
        SoftmaxKernel.check(form, numbers, epsilon, kernel);
        if (kernel.size() == 0) {
            return;
        }
        try (DeviceMemory memory = room(form); DeviceMemory taps = launcher.scratch(DIRECTIONS * (long) kernel.size())) {
            product.forward(modes(form, numbers, epsilon, kernel.dim(1), memory), 0, rows(form, kernel.dim(1), taps));
            launcher.launchOver(kernel.size(), "softmax_kernel_fold", taps, kernel, form.rows(), kernel.dim(1));
        }
    }

    private DeviceMemory room(Form form) {
        return launcher.doubles(VandermondeProduct.Modes.ARRAYS * DIRECTIONS * (long) form.rows() * form.modes() + 1);
    }

    /** Rows in both directions as a tensor. */
    private static Tensor rows(Form form, int length, DeviceMemory taps) {
        return new CudaTensor(Shape.of(DIRECTIONS * form.rows(), length), taps);
    }

    private VandermondeProduct.Modes modes(Form form, Numbers numbers, double epsilon, int length, DeviceMemory memory) {
        launcher.launch("softmax_kernel_modes", DiagonalLaunches.ofModes(form), numbers.invDt(), numbers.aReal(), numbers.aImag(),
                numbers.b(),
                numbers.c(), memory, form.heads(), form.channels(), form.copies(), form.modes(), form.stepPerMode(),
                DiagonalLaunches.number(form.dt()), DiagonalLaunches.number(form.real()), DiagonalLaunches.number(form.imag()), length,
                (float) epsilon);
        return new VandermondeProduct.Modes(DIRECTIONS * form.rows(), form.modes(), memory);
    }

    @Override
    public void backward(Form form, Numbers numbers, double epsilon, Tensor gradient, Numbers sums) {
        SoftmaxKernel.check(form, numbers, epsilon, gradient);
        SoftmaxKernel.check(form, sums, epsilon, gradient);
        if (gradient.size() == 0) {
            return;
        }
        int length = gradient.dim(1);
        try (DeviceMemory memory = room(form);
                DeviceMemory both = launcher.scratch(DIRECTIONS * (long) gradient.size());
                DeviceMemory found = launcher.scratch(VandermondeProduct.GRADIENT_ARRAYS * DIRECTIONS * (long) form.rows() * form.modes());
                DeviceMemory parts = DiagonalLaunches.parts(launcher, form, 0)) {
            launcher.launchOver(gradient.size(), "softmax_kernel_mirror", gradient, both, form.rows(), length);
            product.backward(modes(form, numbers, epsilon, length, memory), 0, rows(form, length, both), found);
            launcher.launch("softmax_kernel_parts", DiagonalLaunches.ofModes(form), numbers.invDt(), numbers.aReal(), numbers.aImag(),
                    numbers.b(),
                    numbers.c(), found, sums.c(), parts, form.heads(), form.channels(), form.copies(), form.modes(), form.stepPerMode(),
                    DiagonalLaunches.number(form.dt()), DiagonalLaunches.number(form.real()), DiagonalLaunches.number(form.imag()), length,
                    (float) epsilon);
            DiagonalLaunches.addParts(launcher, form, parts, sums, null);
        }
    }
}
