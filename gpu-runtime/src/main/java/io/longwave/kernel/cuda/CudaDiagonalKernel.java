package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.DiagonalKernel;
import io.longwave.tensor.Tensor;

/** {@link DiagonalKernel} by {@code diagonal_kernel.cu} before and behind {@code vandermonde_kernel.cu}. Nothing passes through the host. */
record CudaDiagonalKernel(Launcher launcher, VandermondeProduct product) implements DiagonalKernel {

    @Override
    public void forward(Form form, Numbers numbers, Tensor kernel) {
        DiagonalKernel.check(form, numbers, kernel);
        if (kernel.size() > 0) {
            try (DeviceMemory memory = room(form)) {
                product.forward(modes(form, numbers, memory), 0, kernel);
            }
        }
    }

    private DeviceMemory room(Form form) {
        return launcher.doubles(VandermondeProduct.Modes.ARRAYS * (long) form.rows() * form.modes() + 1);
    }

    private VandermondeProduct.Modes modes(Form form, Numbers numbers, DeviceMemory memory) {
        launcher.launch("diagonal_kernel_modes", DiagonalLaunches.ofModes(form), numbers.invDt(), numbers.aReal(), numbers.aImag(),
                numbers.b(), numbers.c(),
                memory, form.heads(), form.channels(), form.copies(), form.modes(), form.stepPerMode(), DiagonalLaunches.number(form.dt()),
                DiagonalLaunches.number(form.real()), DiagonalLaunches.number(form.imag()), form.rule() == Rule.BILINEAR);
        return new VandermondeProduct.Modes(form.rows(), form.modes(), memory);
    }

    @Override
    public void backward(Form form, Numbers numbers, Tensor gradient, Numbers sums) {
        DiagonalKernel.check(form, numbers, gradient);
        DiagonalKernel.check(form, sums, gradient);
        if (gradient.size() == 0) {
            return;
        }
        long own = (long) form.channels() * form.modes();
        try (DeviceMemory memory = room(form);
                DeviceMemory found = launcher.scratch(VandermondeProduct.GRADIENT_ARRAYS * own * form.heads());
                DeviceMemory parts = DiagonalLaunches.parts(launcher, form, 0)) {
            product.backward(modes(form, numbers, memory), 0, gradient, found);
            launcher.launch("diagonal_kernel_parts", DiagonalLaunches.ofModes(form), numbers.invDt(), numbers.aReal(), numbers.aImag(),
                    numbers.b(),
                    numbers.c(), found, sums.c(), parts, form.heads(), form.channels(), form.copies(), form.modes(), form.stepPerMode(),
                    DiagonalLaunches.number(form.dt()), DiagonalLaunches.number(form.real()), DiagonalLaunches.number(form.imag()),
                    form.rule() == Rule.BILINEAR);
            DiagonalLaunches.addParts(launcher, form, parts, sums, null);
        }
    }
}
