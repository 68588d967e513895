package io.longwave.kernel.simd;

import io.longwave.kernel.DiagonalKernelContract;
import io.longwave.kernel.Kernels;

class SimdDiagonalKernelTest extends DiagonalKernelContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
