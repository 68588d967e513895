package io.longwave.kernel.simd;

import io.longwave.kernel.LongConvolutionContract;
import io.longwave.kernel.Kernels;

class SimdLongConvolutionTest extends LongConvolutionContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
