package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.VandermondeKernel;
import io.longwave.tensor.Tensor;

/** {@link VandermondeKernel} of modes that the host has: one array up, one array down. */
record CudaVandermondeKernel(Launcher launcher, VandermondeProduct product) implements VandermondeKernel {

    private VandermondeProduct.Modes uploaded(Modes modes) {
        int size = modes.rows() * modes.count();
        double[] numbers = new double[VandermondeProduct.Modes.ARRAYS * size + 1];
        System.arraycopy(modes.logRe(), 0, numbers, 0, size);
        System.arraycopy(modes.logIm(), 0, numbers, size, size);
        System.arraycopy(modes.weightRe(), 0, numbers, 2 * size, size);
        System.arraycopy(modes.weightIm(), 0, numbers, 3 * size, size);
        numbers[4 * size] = modes.factor();
        return new VandermondeProduct.Modes(modes.rows(), modes.count(), launcher.doubles(numbers));
    }

    @Override
    public void forward(Modes modes, int start, Tensor kernel) {
        VandermondeKernel.check(modes, start, kernel);
        if (kernel.size() == 0) {
            return;
        }
        VandermondeProduct.Modes uploaded = uploaded(modes);
        try (DeviceMemory _ = uploaded.numbers()) {
            product.forward(uploaded, start, kernel);
        }
    }

    @Override
    public ModeGradient backward(Modes modes, int start, Tensor gradient) {
        VandermondeKernel.check(modes, start, gradient);
        int size = modes.rows() * modes.count();
        if (gradient.size() == 0 || size == 0) {
            return ModeGradient.zeros(modes);
        }
        float[] parts = new float[VandermondeProduct.GRADIENT_ARRAYS * size];
        VandermondeProduct.Modes uploaded = uploaded(modes);
        try (DeviceMemory _ = uploaded.numbers(); DeviceMemory out = launcher.scratch(parts.length)) {
            product.backward(uploaded, start, gradient, out);
            launcher.device().download(out, parts);
        }
        return new ModeGradient(Launcher.joined(parts, 0, size), Launcher.joined(parts, 2 * size, size),
                Launcher.joined(parts, 4 * size, size), Launcher.joined(parts, 6 * size, size));
    }
}
