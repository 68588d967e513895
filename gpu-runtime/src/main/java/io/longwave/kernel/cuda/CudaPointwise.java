package io.longwave.kernel.cuda;

import java.util.Locale;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.Pointwise;
import io.longwave.tensor.Tensor;

/** {@link Pointwise} by {@code pointwise.cu}: a pair of CUDA kernels for each function. */
record CudaPointwise(Launcher launcher) implements Pointwise {

    @Override
    public void forward(Function function, Tensor x, Tensor y) {
        Pointwise.check(x, y);
        launcher.launchOverQuads(x.size(), "pointwise_" + name(function) + "_forward", x, y, (long) x.size());
    }

    @Override
    public void backward(Function function, Tensor x, Tensor gradient, Tensor target, boolean accumulate) {
        Pointwise.check(x, gradient, target);
        launcher.launchOverQuads(x.size(), "pointwise_" + name(function) + "_backward", x, gradient, target, (long) x.size(), accumulate);
    }

    private static String name(Function function) {
        return function.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor out, boolean accumulate) {
        Pointwise.check(a, b, out);
        launcher.launchOverQuads(a.size(), "pointwise_multiply", a, b, out, (long) a.size(), accumulate);
    }

    @Override
    public void addScaled(double factor, Tensor x, Tensor y) {
        Pointwise.check(x, y);
        launcher.launchOverQuads(x.size(), "pointwise_scaled", (float) factor, x, y, (long) x.size(), true);
    }

    @Override
    public void scale(double factor, Tensor x) {
        launcher.launchOverQuads(x.size(), "pointwise_scaled", (float) factor, x, x, (long) x.size(), false);
    }

    @Override
    public double sumOfSquares(Tensor x) {
        LaunchShape shape = LaunchShapes.parts(x.size());
        float[] highAndLow = new float[2];
        try (DeviceMemory parts = launcher.doubles(shape.gridX()); DeviceMemory total = launcher.scratch(2)) {
            launcher.launch("pointwise_square_parts", shape, x, (long) x.size(), parts);
            launcher.launch("pointwise_square_total", LaunchShapes.total(shape.gridX()), parts, shape.gridX(), total);
            launcher.device().download(total, highAndLow);
        }
        return (double) highAndLow[0] + highAndLow[1];
    }
}
