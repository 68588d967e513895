package io.longwave.kernel.cuda;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.CudaDevice;
import io.longwave.cuda.ShimDevice;
import io.longwave.cuda.driver.CudaProbe;
import io.longwave.kernel.Kernels;

/**
 * The CUDA kernels that tests run: over the host shim, each launch under several orders of its threads, or with
 * {@code -Dlongwave.test.cuda=device} on the device of this machine. Where there is no g++ the running test is skipped by name.
 */
public final class TestedKernels {
    private static final int LARGE_TILE_ORDERS = 3;
    private static @Nullable Kernels shared;

    private TestedKernels() {}

    /** As they are used, under all orders. */
    public static synchronized Kernels shared() {
        if (shared == null) {
            shared = with(ShimDevice.ALL_ORDERS, ways -> ways);
        }
        return shared;
    }

    /** With operations done in other ways than the size of a problem asks for. */
    static Kernels with(int orders, UnaryOperator<Ways> change) {
        CudaDevice device = device(orders);
        return new CudaKernels(device, change.apply(Ways.of(device.properties())));
    }

    /** With every matrix product cut into this tile; under few orders, for large tiles take their time over the shim. */
    static Kernels with(GemmPlan.Tile tile) {
        return with(LARGE_TILE_ORDERS, ways -> ways.withProducts((_, _, _, _, _) -> tile));
    }

    /** What these kernels run on; over the shim a new one, with as many orders. */
    public static synchronized CudaDevice device(int orders) {
        if (System.getProperty("longwave.test.cuda", "shim").equals("shim")) {
            return new ShimDevice(orders);
        }
        return switch (CudaProbe.open()) {
            case CudaProbe.Result.Found(CudaDevice device, String _) -> device;
            case CudaProbe.Result.Missing(String reason) -> throw new IllegalStateException("no CUDA device: " + reason);
        };
    }
}
