package io.longwave.kernel.simd;

import io.longwave.kernel.ColumnConvolutionContract;
import io.longwave.kernel.Kernels;

class SimdColumnConvolutionTest extends ColumnConvolutionContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
