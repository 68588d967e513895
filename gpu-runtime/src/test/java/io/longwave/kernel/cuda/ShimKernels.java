package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.ShimDevice;
import io.longwave.kernel.Kernels;

/** The CUDA kernels over the host shim, each launch under all orders of its threads. */
public final class ShimKernels {
    private static @Nullable Kernels shared;

    private ShimKernels() {}

    /** Skips the running test by name where there is no g++. */
    public static synchronized Kernels shared() {
        if (shared == null) {
            shared = new CudaKernels(new ShimDevice(ShimDevice.ALL_ORDERS));
        }
        return shared;
    }
}
