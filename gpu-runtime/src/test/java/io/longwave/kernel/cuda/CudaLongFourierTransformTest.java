package io.longwave.kernel.cuda;

import org.junit.jupiter.api.BeforeAll;

import io.longwave.cuda.ShimDevice;
import io.longwave.kernel.FourierTransformContract;
import io.longwave.kernel.Kernels;

/** Rows that do not fit a block, by limits so small that rows of 100 numbers go in three passes, a few at a time. */
class CudaLongFourierTransformTest extends FourierTransformContract {
    private static Kernels kernels;

    @BeforeAll
    static void limit() {
        kernels = TestedKernels.with(ShimDevice.ALL_ORDERS, ways -> ways.withLimits(64, 0, 20_000));
    }

    @Override
    protected Kernels kernels() {
        return kernels;
    }
}
