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
    private static final int LARGE_TILE_ORDERS = 3;
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

    /** With every matrix product cut into this tile; each launch as numbered, backwards and shuffled, for large tiles take their time here. */
    static Kernels with(GemmPlan.Tile tile) {
        return new CudaKernels(new ShimDevice(LARGE_TILE_ORDERS), (_, _, _, _, _) -> tile);
    }
}
