package io.longwave.kernel.cuda;

import org.junit.jupiter.api.BeforeAll;

import io.longwave.cuda.ShimDevice;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.LongConvolutionContract;

/** The three passes with second passes of widths that the compiler knows, by limits so small that rows of 700 numbers take them. */
class CudaWideRowsTest extends LongConvolutionContract {
    private static Kernels kernels;

    @BeforeAll
    static void limit() {
        kernels = TestedKernels.with(ShimDevice.ALL_ORDERS, ways -> ways.withLimits(512, 0, 40_000));
    }

    @Override
    protected Kernels kernels() {
        return kernels;
    }
}
