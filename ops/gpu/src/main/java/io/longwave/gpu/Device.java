package io.longwave.gpu;

import io.longwave.cuda.CudaDevice;
import io.longwave.cuda.driver.CudaProbe;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.cuda.ConvolutionPrecision;
import io.longwave.kernel.cuda.CudaKernels;

/**
 * The device under test.
 *
 * @param description name, compute capability, memory, driver
 */
record Device(CudaDevice cuda, String description) {

    /** @throws IllegalStateException that says why there is none */
    static Device open() {
        return switch (CudaProbe.open()) {
            case CudaProbe.Result.Found(CudaDevice device, String description) -> new Device(device, description);
            case CudaProbe.Result.Missing(String reason) -> throw new IllegalStateException("no CUDA device: " + reason);
        };
    }

    /** All kernels in float32. */
    Kernels kernels() {
        return new CudaKernels(cuda);
    }

    /** The same with long convolutions in another precision. */
    Kernels kernels(ConvolutionPrecision precision) {
        return new CudaKernels(cuda, precision);
    }
}
