package io.longwave.kernel.simd;

import io.longwave.kernel.SoftmaxKernelContract;
import io.longwave.kernel.Kernels;

class SimdSoftmaxKernelTest extends SoftmaxKernelContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
