package io.longwave.bench.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * libtorch with MKL through DJL: irfft(rfft(u, 2N) · rfft(k, 2N)), first N numbers. The number of threads is that of the process, property
 * {@code ai.djl.pytorch.num_threads}.
 */
final class LibtorchConvolver implements Convolver {
    private final Problem problem;
    private final NDManager manager;
    private final NDArray u;
    private final NDArray kernel;
    private float[] result = {};

    LibtorchConvolver(Problem problem) {
        this.problem = problem;
        this.manager = NDManager.newBaseManager();
        this.u = manager.create(problem.u(), new Shape(problem.channels(), problem.batch(), problem.length()));
        this.kernel = manager.create(problem.kernel(), new Shape(problem.channels(), 1, problem.length()));
    }

    @Override
    public String name() {
        return "libtorch";
    }

    @Override
    public void convolve() {
        try (NDManager ofCall = manager.newSubManager()) {
            head(ofCall);
        }
    }

    private NDArray head(NDManager ofCall) {
        long twice = 2L * problem.length();
        NDArray spectrum = kernel.rfft(twice);
        spectrum.attach(ofCall);
        NDArray values = u.rfft(twice);
        values.attach(ofCall);
        NDArray product = values.mul(spectrum);
        NDArray whole = product.irfft(twice);
        return whole.get("..., :" + problem.length());
    }

    @Override
    public float[] result() {
        if (result.length == 0) {
            try (NDManager ofCall = manager.newSubManager()) {
                result = head(ofCall).toFloatArray();
            }
        }
        return result;
    }

    @Override
    public void close() {
        manager.close();
    }
}
