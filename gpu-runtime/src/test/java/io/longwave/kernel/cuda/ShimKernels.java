package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.backend.Backends;
import io.longwave.cuda.ShimDevice;
import io.longwave.kernel.Kernels;

/**
 * The CUDA kernels that contract tests run: over the host shim, each launch under all orders of its threads, or with
 * {@code -Dlongwave.test.cuda=device} on the device of this machine.
 */
public final class ShimKernels {
    private static @Nullable Kernels shared;

    private ShimKernels() {}

    /** Skips the running test by name where there is no g++. */
    public static synchronized Kernels shared() {
        if (shared == null) {
            shared = System.getProperty("longwave.test.cuda", "shim").equals("device")
                    ? Backends.choose("cuda").backend().kernels()
                    : new CudaKernels(new ShimDevice(ShimDevice.ALL_ORDERS));
        }
        return shared;
    }
}
