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

    private static final int NO_DEVICE = 2;

    /** Ends the program with code 2 and the reason where there is none. */
    static Device openOrExit() {
        return switch (CudaProbe.open()) {
            case CudaProbe.Result.Found(CudaDevice device, String description) -> new Device(device, description);
            case CudaProbe.Result.Missing(String reason) -> {
                System.err.println("There is no CUDA device to use: " + reason + ".");
                System.exit(NO_DEVICE);
                throw new IllegalStateException(reason);
            }
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
