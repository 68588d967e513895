package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.DiagonalKernel;
import io.longwave.kernel.Transform;
import io.longwave.tensor.Tensor;

/** {@link DiagonalKernel} by {@code diagonal_kernel.cu} before and behind {@code vandermonde_kernel.cu}. Nothing passes through the host. */
record CudaDiagonalKernel(Launcher launcher, VandermondeProduct product) implements DiagonalKernel {
    private static final int WARP = 32;
    /** Arithmetic in double takes long: small blocks, on many multiprocessors. */
    private static final int THREADS = 64;
    /** Of shared numbers by a mode: inv_dt, A_real, A_imag and the two of B. */
    private static final int PARTS = 5;

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
        launcher.launch("diagonal_kernel_modes", shape(form), numbers.invDt(), numbers.aReal(), numbers.aImag(), numbers.b(), numbers.c(),
                memory, form.heads(), form.channels(), form.copies(), form.modes(), form.stepPerMode(), number(form.dt()),
                number(form.real()), number(form.imag()), form.rule() == Rule.BILINEAR);
        return new VandermondeProduct.Modes(form.rows(), form.modes(), memory);
    }

    private static LaunchShape shape(Form form) {
        return LaunchShape.of(Math.toIntExact(Launcher.ceilDiv((long) form.channels() * form.modes(), THREADS)), THREADS);
    }

    /** As the kernels number them. */
    private static int number(Transform transform) {
        return switch (transform) {
            case NONE -> 0;
            case EXP -> 1;
            case SOFTPLUS -> 2;
            case RELU -> 3;
            case SIGMOID -> 4;
        };
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
                DeviceMemory parts = launcher.doubles(PARTS * own)) {
            product.backward(modes(form, numbers, memory), 0, gradient, found);
            launcher.launch("diagonal_kernel_parts", shape(form), numbers.invDt(), numbers.aReal(), numbers.aImag(), numbers.b(),
                    numbers.c(), found, sums.c(), parts, form.heads(), form.channels(), form.copies(), form.modes(), form.stepPerMode(),
                    number(form.dt()), number(form.real()), number(form.imag()), form.rule() == Rule.BILINEAR);
            long jobs = form.steps() + 4L * form.copies() * form.modes();
            launcher.launch("diagonal_kernel_sums", LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(jobs * WARP, THREADS)), THREADS), parts,
                    sums.invDt(), sums.aReal(), sums.aImag(), sums.b(), form.channels(), form.copies(), form.modes(), form.stepPerMode());
        }
    }
}
