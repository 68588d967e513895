package io.longwave.kernel.simd;

import io.longwave.kernel.CauchyKernelContract;
import io.longwave.kernel.Kernels;

class SimdCauchyKernelTest extends CauchyKernelContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
