package io.longwave.bench.convolution;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.tensor.Tensor;

/** Ours, as every model calls it. */
final class LongwaveConvolver implements Convolver {
    private final Kernels kernels;
    private final Tensor u;
    private final Tensor kernel;
    private final Tensor y;

    LongwaveConvolver(Problem problem, int threads) {
        this.kernels = new SimdKernels(threads);
        this.u = kernels.zeros(problem.channels(), problem.batch(), problem.length());
        this.kernel = kernels.zeros(problem.channels(), problem.length());
        this.y = kernels.zeros(problem.channels(), problem.batch(), problem.length());
        kernels.upload(problem.u(), u);
        kernels.upload(problem.kernel(), kernel);
    }

    @Override
    public String name() {
        return "longwave";
    }

    @Override
    public void convolve() {
        kernels.causalConvolution().forward(u, kernel, y, false);
    }

    @Override
    public float[] result() {
        return kernels.toFloats(y);
    }

    @Override
    public void close() {}
}
