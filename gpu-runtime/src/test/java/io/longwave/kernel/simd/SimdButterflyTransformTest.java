package io.longwave.kernel.simd;

import io.longwave.kernel.ButterflyTransformContract;
import io.longwave.kernel.Kernels;

class SimdButterflyTransformTest extends ButterflyTransformContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
