package io.longwave.kernel.cuda;

import org.junit.jupiter.api.BeforeAll;

import io.longwave.cuda.ShimDevice;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.LongConvolutionContract;

/**
 * The three passes of rows that do not fit a block, and of few taps by transforms too, by limits so small that rows of 100 numbers take
 * them, a few rows at a time.
 */
class CudaLongRowsTest extends LongConvolutionContract {
    private static Kernels kernels;

    @BeforeAll
    static void limit() {
        kernels = TestedKernels.with(ShimDevice.ALL_ORDERS, ways -> ways.withLimits(64, 0, 40_000));
    }

    @Override
    protected Kernels kernels() {
        return kernels;
    }
}
