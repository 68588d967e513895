package io.longwave.kernel.simd;

import io.longwave.kernel.AdamWContract;
import io.longwave.kernel.Kernels;

class SimdAdamWTest extends AdamWContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
